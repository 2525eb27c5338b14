//! Names that only the words of a statement tell: foreign-data wrappers, and dictionaries and templates of text search.

use super::{Need, Symbol, providing};
use crate::sql::effect::{TextRange, fold};
use crate::sql::lexer::significant;
use crate::sql::words::leading;

/// What a statement needs by its words, in their order.
pub fn spoken(statement: &str) -> Vec<Need> {
    let first = leading(statement, 4);
    let first: Vec<&str> = first.iter().map(String::as_str).collect();
    let (kind, before): (Symbol, &[&str]) = match first.as_slice() {
        ["CREATE", "SERVER", ..] => (Symbol::Wrapper, &["WRAPPER"]),
        ["CREATE", "TEXT", "SEARCH", "DICTIONARY"] => (Symbol::TextSearch, &["TEMPLATE", "="]),
        ["ALTER", "TEXT", "SEARCH", "CONFIGURATION"] => (Symbol::TextSearch, &["WITH"]),
        _ => return Vec::new(),
    };
    let tokens = tokens(statement);
    let word = |at: usize| tokens.get(at).map(|range| range.of(statement)).unwrap_or_default();
    let begins = (0..tokens.len()).find(|at| {
        before.iter().enumerate().all(|(index, wanted)| word(at + index).eq_ignore_ascii_case(wanted))
    });
    let Some(begins) = begins else { return Vec::new() };
    let mut needs = Vec::new();
    for at in begins + before.len()..tokens.len() {
        // The last part of each name: `public.unaccent, simple`.
        let ends = matches!(word(at + 1), "" | "," | ")" | ";" | "(")
            || kind == Symbol::Wrapper && word(at + 1) != ".";
        let Some(range) = tokens.get(at).copied().filter(|_| ends) else { continue };
        let symbol = fold(word(at));
        needs.extend(providing(kind, &symbol).map(|extension| Need { extension, symbol, kind, range }));
        if word(at + 1) != "," || kind == Symbol::Wrapper {
            break;
        }
    }
    needs
}

/// Names, signs and constants of a statement.
fn tokens(statement: &str) -> Vec<TextRange> {
    significant(statement).map(|token| TextRange::new(token.range.start, token.range.end)).collect()
}

#[cfg(test)]
mod tests {
    use super::spoken;

    #[test]
    fn wrappers_and_dictionaries_lead_to_their_extension() {
        let found = |sql: &str| -> Vec<&str> { spoken(sql).iter().map(|need| need.extension).collect() };
        assert_eq!(
            found("create server s foreign data wrapper postgres_fdw options (host 'h')"),
            ["postgres_fdw"]
        );
        assert_eq!(found("CREATE SERVER s TYPE 'x' FOREIGN DATA WRAPPER \"file_fdw\""), ["file_fdw"]);
        assert_eq!(found("create text search dictionary d (template = unaccent, rules = 'r')"), ["unaccent"]);
        let mapping = "alter text search configuration fr alter mapping for word, hword with public.unaccent, french_stem";
        assert_eq!(found(mapping), ["unaccent"]);
        assert!(found("create server s foreign data wrapper mine").is_empty());
        assert!(found("create text search dictionary d (template = simple)").is_empty());
    }
}
