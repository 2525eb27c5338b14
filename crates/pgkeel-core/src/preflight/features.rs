//! Syntax by the version that brought it. An older server answers with a syntax error in the middle of a run; this says it
//! before, and says which version it takes.
//!
//! Source: the release notes of PostgreSQL, appendix E, "Migration" and "Utility Commands" of each version.

use crate::sql::lexer::{TokenKind, token_at};

/// Words that follow one another, and the first major version that knows them. The first column is what the statement
/// begins with.
const FEATURES: &[(&str, &str, u32)] = &[
    ("MERGE", "MERGE INTO", 15),
    ("CREATE", "NULLS NOT DISTINCT", 15),
    ("ALTER", "NULLS NOT DISTINCT", 15),
    ("ALTER", "SET ACCESS METHOD", 15),
    ("ALTER", "SET EXPRESSION", 17),
    ("MERGE", "RETURNING", 17),
    ("CREATE", "NOT ENFORCED", 18),
    ("ALTER", "NOT ENFORCED", 18),
    ("CREATE", "WITHOUT OVERLAPS", 18),
    ("ALTER", "WITHOUT OVERLAPS", 18),
];

/// The features of later versions in a statement.
pub(super) fn used(statement: &str) -> impl Iterator<Item = (&'static str, u32)> {
    let words = words(statement);
    FEATURES.iter().filter_map(move |(first, feature, major)| {
        let feature_words: Vec<&str> = feature.split(' ').collect();
        let begins = words.first().is_some_and(|word| word == first);
        let there = begins && words.windows(feature_words.len()).any(|window| window == feature_words);
        there.then_some((*feature, *major))
    })
}

/// The words outside strings and comments, upper case. What is quoted is an empty word: it follows nothing.
fn words(statement: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Ok(Some(token)) = token_at(statement, at, false) {
        at = token.range.end;
        match token.kind {
            TokenKind::Space | TokenKind::LineComment | TokenKind::BlockComment => {}
            TokenKind::Word => {
                words.push(statement.get(token.range).unwrap_or_default().to_ascii_uppercase());
            }
            _ => words.push(String::new()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::used;

    #[test]
    fn a_feature_is_words_in_a_row_and_not_in_a_string() {
        let of = |statement: &str| used(statement).map(|(_, major)| major).collect::<Vec<_>>();
        assert_eq!(of("create unique index on t (a) NULLS  NOT /* x */ DISTINCT"), [15]);
        assert_eq!(of("MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE"), [15]);
        assert_eq!(of("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT ENFORCED"), [18]);
        assert_eq!(of("COMMENT ON TABLE t IS 'NOT ENFORCED'"), [0; 0]);
        assert_eq!(of("CREATE TABLE t (a text DEFAULT 'NULLS NOT DISTINCT')"), [0; 0]);
        assert_eq!(of("CREATE TABLE t (a int CHECK (a IS NOT DISTINCT FROM 1))"), [0; 0]);
    }
}
