//! Syntax by the version that brought it. An older server answers with a syntax error in the middle of a run; this says it
//! before, and says which version it takes.
//!
//! Source: the release notes of PostgreSQL, appendix E, "Migration" and "Utility Commands" of each version.

use crate::sql::lexer::{TokenKind, token_at};

/// What a statement begins with, words that follow one another in it, and the first major version that knows them. `*` is
/// any word, and `(` and `)` are themselves.
const FEATURES: &[(&str, &str, u32)] = &[
    ("MERGE", "MERGE INTO", 15),
    ("CREATE", "NULLS NOT DISTINCT", 15),
    ("ALTER", "NULLS NOT DISTINCT", 15),
    ("ALTER", "SET ACCESS METHOD", 15),
    ("CREATE", "TABLES IN SCHEMA", 15),
    ("ALTER", "TABLES IN SCHEMA", 15),
    ("CREATE", "SECURITY_INVOKER", 15),
    ("ALTER", "SECURITY_INVOKER", 15),
    ("ALTER", "REFRESH COLLATION VERSION", 15),
    ("GRANT", "ON PARAMETER", 15),
    ("CREATE", "STORAGE PLAIN", 16),
    ("CREATE", "STORAGE EXTERNAL", 16),
    ("CREATE", "STORAGE EXTENDED", 16),
    ("CREATE", "STORAGE MAIN", 16),
    ("CREATE", "IS JSON", 16),
    ("ALTER", "IS JSON", 16),
    ("GRANT", "WITH INHERIT", 16),
    ("ALTER", "SET EXPRESSION", 17),
    ("MERGE", "RETURNING", 17),
    ("MERGE", "NOT MATCHED BY", 17),
    ("CREATE", "JSON_TABLE (", 17),
    ("CREATE", "ON LOGIN", 17),
    ("GRANT", "GRANT MAINTAIN", 17),
    ("CREATE", ") VIRTUAL", 18),
    ("ALTER", ") VIRTUAL", 18),
    ("CREATE", "NOT ENFORCED", 18),
    ("ALTER", "NOT ENFORCED", 18),
    ("CREATE", "WITHOUT OVERLAPS", 18),
    ("ALTER", "WITHOUT OVERLAPS", 18),
    ("ALTER", "ADD CONSTRAINT * NOT NULL", 18),
    ("ALTER", "ALTER CONSTRAINT * INHERIT", 18),
    ("ALTER", "ALTER CONSTRAINT * NO INHERIT", 18),
    ("CREATE", "UUIDV7 (", 18),
    ("ALTER", "UUIDV7 (", 18),
];

/// The features of later versions in a statement.
pub(super) fn used(statement: &str) -> impl Iterator<Item = (&'static str, u32)> {
    let words = words(statement);
    FEATURES.iter().filter_map(move |(first, feature, major)| {
        let wanted: Vec<&str> = feature.split(' ').collect();
        let same = |(word, wanted): (&String, &&str)| *wanted == "*" || word == wanted;
        let begins = words.first().is_some_and(|word| word == first);
        let there = begins && words.windows(wanted.len()).any(|window| window.iter().zip(&wanted).all(same));
        let shown = feature.trim_start_matches(") ").trim_end_matches(" (");
        there.then_some((shown, *major))
    })
}

/// The words outside strings and comments, upper case, and parentheses. What is quoted is an empty word: it is no key word.
fn words(statement: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Ok(Some(token)) = token_at(statement, at, false) {
        at = token.range.end;
        match token.kind {
            TokenKind::Space | TokenKind::LineComment | TokenKind::BlockComment => {}
            TokenKind::Word | TokenKind::Open | TokenKind::Close => {
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
        assert_eq!(of("CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) virtual)"), [18]);
        assert_eq!(of("ALTER TABLE t ADD CONSTRAINT \"c d\" NOT NULL a"), [18]);
        assert_eq!(of("CREATE TABLE t (id uuid DEFAULT uuidv7())"), [18]);
        assert_eq!(of("CREATE TABLE t (virtual int, a int CONSTRAINT c NOT NULL)"), [0; 0]);
        assert_eq!(of("ALTER TABLE t ADD a int CONSTRAINT c NOT NULL"), [0; 0]);
        assert_eq!(of("COMMENT ON TABLE t IS 'NOT ENFORCED'"), [0; 0]);
        assert_eq!(of("CREATE TABLE t (a text DEFAULT 'NULLS NOT DISTINCT')"), [0; 0]);
        assert_eq!(of("CREATE TABLE t (a int CHECK (a IS NOT DISTINCT FROM 1))"), [0; 0]);
    }
}
