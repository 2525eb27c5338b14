//! Which PostgreSQL a statement needs: `newer_syntax.txt`, a line for each thing that an older server does not know, held against
//! the words of the statement. Strings, comments and quoted names are no words.

use std::sync::LazyLock;

use super::effect::{Name, TextRange, dollar_body};
use super::lexer::{TokenKind, significant};

/// A line of the table.
struct Line {
    major: u32,
    /// Not in blocks and bodies, and not where the statement gives the name itself.
    plain: bool,
    what: &'static str,
    wanted: Wanted,
}

enum Wanted {
    /// A call of this function.
    Function(&'static str),
    /// These parts; whether the first stands at the beginning.
    Words { anchored: bool, parts: Vec<Vec<&'static str>> },
}

static LINES: LazyLock<Vec<Line>> = LazyLock::new(|| {
    let lines = include_str!("newer_syntax.txt").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(line).collect()
});

fn line(text: &'static str) -> Option<Line> {
    let mut fields = text.splitn(3, " | ");
    let (version, what, words) = (fields.next()?, fields.next()?, fields.next()?);
    let number = version.strip_suffix('!').unwrap_or(version);
    let wanted = match words.strip_suffix("()").filter(|name| !name.contains(' ')) {
        Some(name) => Wanted::Function(name),
        None => Wanted::Words {
            anchored: !words.starts_with('…'),
            parts: words
                .split('…')
                .map(|part| part.split_whitespace().collect::<Vec<_>>())
                .filter(|part| !part.is_empty())
                .collect(),
        },
    };
    Some(Line { major: number.parse().ok()?, plain: number != version, what, wanted })
}

/// What in a statement needs a newer PostgreSQL than `major`: the version, its name, where it stands. `functions` are those that
/// are called; `own` knows the ones that the project makes itself.
pub fn newer_than(
    major: u32,
    statement: &str,
    functions: &[Name],
    own: &dyn Fn(&str) -> bool,
) -> Vec<(u32, &'static str, TextRange)> {
    let tokens = tokens(statement, 0);
    let mut found: Vec<(u32, &'static str, TextRange)> = Vec::new();
    for line in LINES.iter().filter(|line| line.major > major) {
        let place = match &line.wanted {
            Wanted::Function(wanted) => called(wanted, functions, own),
            Wanted::Words { anchored, parts } => {
                let whole = in_words(&tokens, *anchored, parts);
                let whole = whole.filter(|_| !line.plain || !names_row_itself(&tokens));
                whole.or_else(|| {
                    let bodies =
                        tokens.iter().filter(|token| token.kind == TokenKind::DollarText && !line.plain);
                    bodies.flat_map(body_statements).find_map(|inner| in_words(&inner, *anchored, parts))
                })
            }
        };
        if let Some(place) = place.filter(|_| found.iter().all(|(_, what, _)| *what != line.what)) {
            found.push((line.major, line.what, place));
        }
    }
    found
}

fn called(wanted: &str, functions: &[Name], own: &dyn Fn(&str) -> bool) -> Option<TextRange> {
    let builtin = |name: &&Name| {
        name.last() == wanted
            && match name.namespace() {
                None => !own(wanted),
                namespace => namespace == Some("pg_catalog"),
            }
    };
    functions.iter().find(builtin).map(|name| name.range)
}

/// A token that means something: its text, words in upper case.
struct Word {
    kind: TokenKind,
    text: String,
    raw: String,
    range: TextRange,
}

fn tokens(text: &str, base: usize) -> Vec<Word> {
    let mut words = Vec::new();
    for token in significant(text) {
        let raw = text.get(token.range.clone()).unwrap_or_default();
        let upper = if token.kind == TokenKind::Word { raw.to_ascii_uppercase() } else { raw.to_owned() };
        let range = TextRange::new(token.range.start, token.range.end).shifted(base);
        let raw = if token.kind == TokenKind::DollarText { raw.to_owned() } else { String::new() };
        words.push(Word { kind: token.kind, text: upper, raw, range });
    }
    words
}

/// The statements of a block or body: what follows a semicolon or a word that begins a branch.
fn body_statements(body: &Word) -> Vec<Vec<Word>> {
    let Some((start, text)) = dollar_body(&body.raw) else { return Vec::new() };
    let mut statements = vec![Vec::new()];
    for word in tokens(text, body.range.start + start) {
        let ends = matches!(word.text.as_str(), ";" | "BEGIN" | "THEN" | "ELSE" | "LOOP");
        if let Some(last) = statements.last_mut() {
            last.push(word);
        }
        if ends {
            statements.push(Vec::new());
        }
    }
    statements
}

/// Whether the statement calls something OLD or NEW: an alias, a rule's rows.
fn names_row_itself(tokens: &[Word]) -> bool {
    let rule = tokens.iter().take(5).any(|word| word.text == "RULE");
    let named = tokens.iter().enumerate().any(|(at, word)| {
        matches!(word.text.as_str(), "OLD" | "NEW") && tokens.get(at + 1).is_none_or(|next| next.text != ".")
    });
    rule || named
}

/// Where the parts stand in the tokens.
fn in_words(tokens: &[Word], anchored: bool, parts: &[Vec<&str>]) -> Option<TextRange> {
    let mut from = 0;
    let mut place: Option<TextRange> = None;
    for (number, part) in parts.iter().enumerate() {
        let mut starts = if anchored && number == 0 { 0..1 } else { from..tokens.len() };
        let (start, end) = starts.find_map(|start| {
            let named = parts.len() == 1 && part.last() == Some(&"(") && is_defined(tokens, start);
            matched(tokens, start, part).filter(|_| !named).map(|end| (start, end))
        })?;
        let range = tokens.get(start)?.range.to(tokens.get(end.checked_sub(1)?)?.range);
        place = Some(place.map_or(range, |place| place.to(range)));
        from = end;
    }
    place
}

/// Whether the name at this place is that of something that is no function.
fn is_defined(tokens: &[Word], at: usize) -> bool {
    const BEFORE: &[&str] =
        &["TABLE", "INTO", "ON", "REFERENCES", "FUNCTION", "PROCEDURE", "VIEW", "EXISTS", "ONLY", "."];
    let before = at.checked_sub(1).and_then(|at| tokens.get(at));
    before.is_some_and(|word| BEFORE.contains(&word.text.as_str()))
}

/// The token behind a part that begins at `start`.
fn matched(tokens: &[Word], start: usize, part: &[&str]) -> Option<usize> {
    let mut at = start;
    for wanted in part {
        at = match *wanted {
            "()" => closing(tokens, at)?,
            "_" => name_end(tokens, at)?,
            "*" => tokens.get(at).map(|_| at + 1)?,
            "'" => tokens.get(at).filter(|word| word.kind == TokenKind::Text).map(|_| at + 1)?,
            wanted => {
                let text = tokens.get(at).map(|word| word.text.as_str());
                let fits = match wanted.strip_prefix('!') {
                    Some(other) => text != Some(other),
                    None => {
                        text.is_some_and(|text| wanted == text || wanted.split('/').any(|one| one == text))
                    }
                };
                if !fits {
                    return None;
                }
                (at + 1).min(tokens.len())
            }
        };
    }
    Some(at)
}

/// Behind a name, perhaps a qualified one.
fn name_end(tokens: &[Word], at: usize) -> Option<usize> {
    let is_name = |at: usize| {
        tokens.get(at).is_some_and(|word| matches!(word.kind, TokenKind::Word | TokenKind::QuotedIdent))
    };
    let mut end = is_name(at).then_some(at + 1)?;
    while tokens.get(end).is_some_and(|word| word.text == ".") && is_name(end + 1) {
        end += 2;
    }
    Some(end)
}

/// Behind the parenthesis that closes the one at `at`.
fn closing(tokens: &[Word], at: usize) -> Option<usize> {
    tokens.get(at).filter(|word| word.kind == TokenKind::Open)?;
    let mut depth = 0_usize;
    for (index, word) in tokens.iter().enumerate().skip(at) {
        match word.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(index + 1);
        }
    }
    None
}
