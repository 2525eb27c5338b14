//! When two statements are the same statement. PostgreSQL's `queryid` does not do: it changes when a table is renamed
//! or made anew (up to 17), merges tables of one name in two namespaces (18), and depends on the length of IN lists.

use std::collections::BTreeMap;

use crate::sql::lexer::{TokenKind, significant, token_at};

/// New names by old ones, as a migration renamed tables and columns.
pub type Renamed = BTreeMap<String, String>;

/// The statement's text without what does not matter: case of words, blanks, comments, numbers of parameters, lengths of
/// lists. Old names are replaced by the new ones, so that a statement before a rename is found again after it.
pub fn fingerprint(query: &str, renamed: &Renamed) -> String {
    let mut words: Vec<String> = Vec::new();
    // A text that ends inside a string was cut off: what is there decides.
    for token in significant(query) {
        let text = query.get(token.range).unwrap_or_default();
        let word = match token.kind {
            TokenKind::Semicolon => continue,
            TokenKind::Word => {
                let lower = text.to_lowercase();
                renamed.get(&lower).cloned().unwrap_or(lower)
            }
            TokenKind::QuotedIdent => {
                let bare = text.trim_matches('"').replace("\"\"", "\"");
                let bare = renamed.get(&bare).cloned().unwrap_or(bare);
                let plain = bare.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit());
                if plain { bare } else { format!("\"{bare}\"") }
            }
            TokenKind::Number | TokenKind::Text | TokenKind::DollarText => "$".to_owned(),
            _ => text.to_owned(),
        };
        // `$1` is a `$` and a number.
        let repeats = word == "$" && words.last().is_some_and(|last| last == "$");
        let lists = word == "$" && matches!(words.as_slice(), [.., a, b] if a == "$" && b == ",");
        if lists {
            words.pop();
        } else if !repeats {
            words.push(word);
        }
    }
    words.join(" ")
}

/// Whether EXPLAIN may be asked about it: one statement that reads or changes rows, whole.
pub fn is_explainable(query: &str) -> bool {
    let mut first = None;
    let mut at = 0;
    loop {
        match token_at(query, at, false) {
            // Cut off.
            Err(_) => return false,
            Ok(None) => break,
            Ok(Some(token)) => {
                at = token.range.end;
                match token.kind {
                    // A second statement behind it would be run.
                    TokenKind::Semicolon | TokenKind::Meta => return false,
                    TokenKind::Word if first.is_none() => {
                        first = query.get(token.range).map(str::to_lowercase);
                    }
                    _ => {}
                }
            }
        }
    }
    let kinds = ["select", "with", "insert", "update", "delete", "merge", "values"];
    first.is_some_and(|word| kinds.contains(&word.as_str()))
}
