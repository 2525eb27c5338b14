//! The `lint` blocks of `atlas.hcl`: as much of HCL as they need.

use super::{Review, Translated};

/// Atlas' analyzers and the codes of theirs that pgkeel knows.
const ANALYZERS: &[(&str, &[&str])] = &[
    ("destructive", &["DS101", "DS102", "DS103"]),
    ("data_depend", &["MF101", "MF102", "MF103", "MF104"]),
    ("incompatible", &["BC101", "BC102", "BC103"]),
    ("concurrent_index", &["PG101", "PG102", "PG103"]),
];

/// A piece of the file: a word, a string or a sign.
#[derive(Debug, PartialEq)]
enum Token<'a> {
    Word(&'a str),
    Text(&'a str),
    Sign(char),
}

/// What `lint { ... }` says, in `env` blocks or outside of them.
pub(super) fn translate(text: &str) -> Translated {
    let tokens = tokens(text);
    let mut review = Review::default();
    let mut at = 0;
    while at < tokens.len() {
        if tokens.get(at) == Some(&Token::Word("lint")) && tokens.get(at + 1) == Some(&Token::Sign('{')) {
            let end = block_end(&tokens, at + 1);
            lint(tokens.get(at + 2..end).unwrap_or_default(), &mut review);
            at = end;
        }
        at += 1;
    }
    review.finish()
}

/// The blocks in `lint`: `destructive { error = true }`, `check "PG301" { skip = true }`.
fn lint(tokens: &[Token<'_>], review: &mut Review) {
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let (name, open) = match (token, tokens.get(at + 1), tokens.get(at + 2)) {
            (Token::Word("check"), Some(Token::Text(code)), Some(Token::Sign('{'))) => (*code, at + 2),
            (Token::Word(word), Some(Token::Sign('{')), _) => (*word, at + 1),
            _ => {
                at += 1;
                continue;
            }
        };
        let end = block_end(tokens, open);
        let body = tokens.get(open + 1..end).unwrap_or_default();
        let says = |key: &str, value: &str| {
            body.windows(3).any(|part| *part == [Token::Word(key), Token::Sign('='), Token::Word(value)])
        };
        let level = if says("skip", "true") {
            Some("off")
        } else if says("error", "true") {
            Some("error")
        } else if says("error", "false") {
            Some("warning")
        } else {
            None
        };
        let codes = ANALYZERS.iter().find(|(analyzer, _)| *analyzer == name).map(|(_, codes)| *codes);
        match (level, codes) {
            (Some(level), Some(codes)) => codes.iter().for_each(|code| {
                if !crate::rules::find(&format!("atlas:{code}")).is_empty() {
                    review.rule("atlas", code, level);
                }
            }),
            (Some(level), None) if matches!(token, Token::Word("check")) => {
                review.rule("atlas", name, level);
            }
            _ if name == "naming" => {
                review.notes.push("naming: see [review.naming] of pgkeel.toml".to_owned());
            }
            _ => review.notes.push(format!("lint's block {name} has no counterpart")),
        }
        at = end + 1;
    }
}

/// The index of the brace that closes the one at `open`.
fn block_end(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        match token {
            Token::Sign('{') => depth += 1,
            Token::Sign('}') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return index;
                }
            }
            _ => {}
        }
    }
    tokens.len()
}

/// The file without white space and comments.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with('#') || rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if first == '"' {
            let inside = rest.get(1..).unwrap_or_default();
            let mut escaped = false;
            let end = inside.find(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            let end = end.unwrap_or(inside.len());
            tokens.push(Token::Text(inside.get(..end).unwrap_or_default()));
            (end + 2).min(rest.len())
        } else if first.is_alphanumeric() || first == '_' {
            let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
            let end = rest.find(|c| !word(c)).unwrap_or(rest.len());
            tokens.push(Token::Word(rest.get(..end).unwrap_or_default()));
            end
        } else {
            if !first.is_whitespace() {
                tokens.push(Token::Sign(first));
            }
            first.len_utf8()
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    tokens
}

#[cfg(test)]
mod tests {
    #[test]
    fn lint_blocks_are_translated() {
        let text = "env \"local\" {\n  url = \"postgres://a/b?x=${var.y}\" // { lint\n  lint {\n    destructive { error = true }\n    \
                    data_depend {\n      error = false\n    }\n    check \"PG301\" { skip = true }\n    naming { match = \"^[a-z]+$\" }\n  }\n}\n";
        let translated = super::translate(text);
        assert!(translated.toml.contains("\"atlas:DS102\" = \"error\""), "{}", translated.toml);
        assert!(translated.toml.contains("\"atlas:MF103\" = \"warning\""), "{}", translated.toml);
        assert!(translated.toml.contains("\"atlas:PG301\" = \"off\""), "{}", translated.toml);
        assert_eq!(translated.notes.len(), 1, "{:?}", translated.notes);
        let twice = "env \"a\" { lint { check \"PG301\" { skip = true } } }\nenv \"b\" { lint { check \"PG301\" { error = true } } }";
        let translated = super::translate(twice);
        assert!(translated.toml.parse::<toml::Table>().is_ok(), "{}", translated.toml);
        assert!(translated.toml.contains("\"atlas:PG301\" = \"error\"") && translated.notes.len() == 1);
        assert!(super::translate("lint {").toml.starts_with("[review]"));
    }
}
