//! Syntax by the version that brought it. An older server answers with a syntax error in the middle of a run; this says it
//! before, and says which version it takes.
//!
//! Source: the release notes of PostgreSQL, appendix E, of versions 15 to 18. The statements under `tests/features` use
//! each of them, and a test asks servers of both sides whether it is so.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::sql::effect::Name;
use crate::sql::lexer::{Token, TokenKind, significant};

/// What a statement begins with (nothing: any statement), words that follow one another in it, and the first major
/// version whose grammar knows them. `*` is any word; parentheses and dots are themselves. The same words may be names in
/// another statement: the server has the last word (crates/pgkeel/src/preflight/features.rs).
const GRAMMAR: &[(&str, &str, u32)] = &[
    ("", "MERGE INTO", 15),
    ("CREATE", "NULLS NOT DISTINCT", 15),
    ("ALTER", "NULLS NOT DISTINCT", 15),
    ("ALTER", "SET ACCESS METHOD", 15),
    ("CREATE", "TABLES IN SCHEMA", 15),
    ("ALTER", "TABLES IN SCHEMA", 15),
    ("CREATE", "ON DELETE SET NULL (", 15),
    ("CREATE", "ON DELETE SET DEFAULT (", 15),
    ("ALTER", "ON DELETE SET NULL (", 15),
    ("ALTER", "ON DELETE SET DEFAULT (", 15),
    ("ALTER", "REFRESH COLLATION VERSION", 15),
    ("GRANT", "ON PARAMETER", 15),
    ("REVOKE", "ON PARAMETER", 15),
    ("ALTER", "SKIP (", 15),
    ("CREATE", "STORAGE PLAIN", 16),
    ("CREATE", "STORAGE EXTERNAL", 16),
    ("CREATE", "STORAGE EXTENDED", 16),
    ("CREATE", "STORAGE MAIN", 16),
    ("ALTER", "SET STORAGE DEFAULT", 16),
    ("", "IS JSON", 16),
    ("", "IS NOT JSON", 16),
    ("CREATE", "STATISTICS ON", 16),
    ("CREATE", "STATISTICS ( DEPENDENCIES ) ON", 16),
    ("CREATE", "STATISTICS ( NDISTINCT ) ON", 16),
    ("CREATE", "STATISTICS ( MCV ) ON", 16),
    ("GRANT", "WITH INHERIT", 16),
    ("GRANT", "WITH SET", 16),
    ("REVOKE", "INHERIT OPTION FOR", 16),
    ("REVOKE", "SET OPTION FOR", 16),
    ("GRANT", "WITH ADMIN TRUE", 16),
    ("GRANT", "WITH ADMIN FALSE", 16),
    ("ALTER", "SET EXPRESSION", 17),
    ("ALTER", "SET STATISTICS DEFAULT", 17),
    ("ALTER", "SET ACCESS METHOD DEFAULT", 17),
    ("MERGE", "RETURNING", 17),
    ("MERGE", "NOT MATCHED BY", 17),
    ("", "JSON_TABLE (", 17),
    ("", "AT LOCAL", 17),
    ("CREATE", "NOT ENFORCED", 18),
    ("ALTER", "NOT ENFORCED", 18),
    ("ALTER", "ALTER CONSTRAINT * ENFORCED", 18),
    ("CREATE", "WITHOUT OVERLAPS", 18),
    ("ALTER", "WITHOUT OVERLAPS", 18),
    ("CREATE", ", PERIOD *", 18),
    ("ALTER", ", PERIOD *", 18),
    ("ALTER", "ADD CONSTRAINT * NOT NULL", 18),
    ("ALTER", "ADD NOT NULL", 18),
    ("ALTER", "ALTER CONSTRAINT * INHERIT", 18),
    ("", "RETURNING WITH (", 18),
    ("VACUUM", "VACUUM ONLY", 18),
    ("VACUUM", ") ONLY", 18),
    ("ANALYZE", "ANALYZE ONLY", 18),
    ("ANALYZE", ") ONLY", 18),
    ("ALTER", "ON LARGE OBJECTS", 18),
];

/// The same for names that every version's grammar takes and only a later one knows: options, settings, privileges.
const NAMES: &[(&str, &str, u32)] = &[
    ("ALTER", "SET LOGGED", 15),
    ("ALTER", "SET UNLOGGED", 15),
    ("CREATE", "UNLOGGED SEQUENCE", 15),
    ("CREATE", "WITH ( SECURITY_INVOKER", 15),
    ("CREATE", ", SECURITY_INVOKER =", 15),
    ("ALTER", "SET ( SECURITY_INVOKER", 15),
    ("ALTER", ", SECURITY_INVOKER =", 15),
    ("CREATE", "LOCALE_PROVIDER", 15),
    ("CREATE", "STRATEGY", 15),
    ("CREATE", "TWO_PHASE", 15),
    ("CREATE", "DISABLE_ON_ERROR", 15),
    ("COPY", "HEADER MATCH", 15),
    ("VACUUM", "BUFFER_USAGE_LIMIT", 16),
    ("VACUUM", "SKIP_DATABASE_STATS", 16),
    ("VACUUM", "ONLY_DATABASE_STATS", 16),
    ("VACUUM", "PROCESS_MAIN", 16),
    ("ANALYZE", "BUFFER_USAGE_LIMIT", 16),
    ("CREATE", "PASSWORD_REQUIRED", 16),
    ("CREATE", "RUN_AS_OWNER", 16),
    ("CREATE", "ICU_RULES", 16),
    ("CREATE", "EVENT TRIGGER * ON LOGIN", 17),
    ("GRANT", "GRANT MAINTAIN", 17),
    ("REVOKE", "REVOKE MAINTAIN", 17),
    ("COPY", "ON_ERROR", 17),
    ("COPY", "LOG_VERBOSITY", 17),
    ("SET", "SET TRANSACTION_TIMEOUT", 17),
    ("SET", "SET LOCAL TRANSACTION_TIMEOUT", 17),
    ("CREATE", "FAILOVER =", 17),
    ("ALTER", "ALTER CONSTRAINT * NO INHERIT", 18),
    ("", "RETURNING OLD .", 18),
    ("", "RETURNING NEW .", 18),
    ("CREATE", "PUBLISH_GENERATED_COLUMNS", 18),
    ("COPY", "REJECT_LIMIT", 18),
];

/// Functions that a version brought, and that migrations, defaults and generated columns like to call.
const FUNCTIONS: &[(&str, u32)] = &[
    ("regexp_count", 15),
    ("regexp_instr", 15),
    ("regexp_like", 15),
    ("regexp_substr", 15),
    ("any_value", 16),
    ("array_sample", 16),
    ("array_shuffle", 16),
    ("date_add", 16),
    ("date_subtract", 16),
    ("json_array", 16),
    ("json_arrayagg", 16),
    ("json_objectagg", 16),
    ("pg_input_is_valid", 16),
    ("random_normal", 16),
    ("json_exists", 17),
    ("json_query", 17),
    ("json_scalar", 17),
    ("json_serialize", 17),
    ("json_value", 17),
    ("merge_action", 17),
    ("to_bin", 17),
    ("to_oct", 17),
    ("unicode_assigned", 17),
    ("uuid_extract_timestamp", 17),
    ("uuid_extract_version", 17),
    ("array_reverse", 18),
    ("array_sort", 18),
    ("casefold", 18),
    ("crc32", 18),
    ("crc32c", 18),
    ("uuidv4", 18),
    ("uuidv7", 18),
];

/// What a generated column without STORED is called: virtual, also when nothing says so.
const VIRTUAL: Used = Used { words: "GENERATED ALWAYS AS ( ... ) without STORED", since: 18, grammar: true };

/// Integers in other bases than ten, and with groups of digits. An older grammar reads `0xFF` as `0` with a name.
const NUMBER: Used = Used { words: "0xFF, 0o17, 0b11 or 1_000 as a number", since: 16, grammar: false };

/// Syntax of a later version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Used {
    /// The words.
    pub(crate) words: &'static str,
    /// The first major version that knows them.
    pub(crate) since: u32,
    /// Whether an older server's parser already refuses them, so that it can be asked.
    pub(crate) grammar: bool,
}

/// A statement with more words than these is data: it is not looked at to its end.
const MANY: usize = 20_000;

/// A row of the tables, cut into words.
struct Row {
    first: &'static str,
    feature: &'static str,
    wanted: Vec<&'static str>,
    since: u32,
    grammar: bool,
}

/// The rows, in their order, and which of them hold a word: each row by its longest one.
struct Rows {
    rows: Vec<Row>,
    by_word: BTreeMap<&'static str, Vec<usize>>,
}

/// A statement is long and the tables are, so each word is looked up once.
static ROWS: LazyLock<Rows> = LazyLock::new(|| {
    let listed = GRAMMAR.iter().map(|row| (row, true)).chain(NAMES.iter().map(|row| (row, false)));
    let rows: Vec<Row> = listed
        .map(|((first, feature, since), grammar)| {
            let wanted = feature.split(' ').collect();
            Row { first, feature, wanted, since: *since, grammar }
        })
        .collect();
    let mut by_word: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        let longest = row.wanted.iter().copied().max_by_key(|word| word.len());
        by_word.entry(longest.unwrap_or_default()).or_default().push(index);
    }
    Rows { rows, by_word }
});

/// The syntax of later versions in a statement's [`words`], in the order of the tables.
pub(crate) fn used(words: &[String]) -> impl Iterator<Item = Used> {
    let Rows { rows, by_word } = &*ROWS;
    let candidates: BTreeSet<usize> =
        words.iter().filter_map(|word| by_word.get(word.as_str())).flatten().copied().collect();
    let listed =
        candidates.into_iter().filter_map(|index| rows.get(index)).filter_map(|row| row.found_in(words));
    let computed = has_virtual_column(words).then_some(VIRTUAL);
    listed.chain(computed).chain(has_new_number(words).then_some(NUMBER))
}

impl Row {
    fn found_in(&self, words: &[String]) -> Option<Used> {
        let same = |(word, wanted): (&String, &&str)| match *wanted {
            "*" => word.is_empty() || word.chars().all(|c| c.is_alphanumeric() || c == '_'),
            wanted => word == wanted,
        };
        let begins = self.first.is_empty() || words.first().is_some_and(|word| word == self.first);
        let mut windows = words.windows(self.wanted.len());
        let there = begins && windows.any(|window| window.iter().zip(&self.wanted).all(same));
        let shown = self.feature.trim_start_matches("WITH (").trim_start_matches("SET (");
        let shown = shown.trim_start_matches([',', ')', ' ']).trim_end_matches([' ', '(', '.', '*', '=']);
        let used = Used { words: shown, since: self.since, grammar: self.grammar };
        (there && applies(self.feature, words)).then_some(used)
    }
}

/// Words that mean something else in other statements of the same beginning.
fn applies(feature: &str, words: &[String]) -> bool {
    let second = |word: &str| words.get(1).is_some_and(|found| found == word);
    match feature {
        "SET LOGGED" | "SET UNLOGGED" => second("SEQUENCE"),
        // The third word may be the database's name.
        "STRATEGY" | "LOCALE_PROVIDER" | "ICU_RULES" => {
            second("DATABASE") && words.iter().skip(3).any(|word| word == feature)
        }
        "SKIP (" | "TWO_PHASE" | "DISABLE_ON_ERROR" | "PASSWORD_REQUIRED" | "RUN_AS_OWNER" | "FAILOVER =" => {
            second("SUBSCRIPTION")
        }
        "PUBLISH_GENERATED_COLUMNS" => second("PUBLICATION"),
        "HEADER MATCH" | "ON_ERROR" | "LOG_VERBOSITY" | "REJECT_LIMIT" => {
            // Its options stand behind what is copied: a column may have that name.
            let source = words.iter().position(|word| word == "FROM" || word == "TO").unwrap_or(words.len());
            let first = feature.split(' ').next();
            words.iter().skip(source).any(|word| Some(word.as_str()) == first)
        }
        ", PERIOD *" => has_period_in_key(words),
        "RETURNING OLD ." => returns("OLD", words),
        "RETURNING NEW ." => returns("NEW", words),
        _ => true,
    }
}

/// Whether a key ends in a period: `FOREIGN KEY (a, PERIOD b)`. A column of a table may have that name.
fn has_period_in_key(words: &[String]) -> bool {
    let at = |index: usize| words.get(index).map(String::as_str);
    words.iter().enumerate().any(|(index, word)| {
        let here = index > 0 && word == "PERIOD" && at(index - 1) == Some(",");
        let begin = if here { opening(words, index) } else { None };
        begin.is_some_and(|begin| {
            let before = words.get(begin.saturating_sub(4)..begin).unwrap_or_default();
            before.last().is_some_and(|word| word == "KEY") || before.iter().any(|word| word == "REFERENCES")
        })
    })
}

/// The parenthesis that is open at a word.
fn opening(words: &[String], index: usize) -> Option<usize> {
    let mut closed = 0_usize;
    for (at, word) in words.iter().enumerate().take(index).rev() {
        match word.as_str() {
            ")" => closed += 1,
            "(" if closed == 0 => return Some(at),
            "(" => closed -= 1,
            _ => {}
        }
    }
    None
}

/// Whether RETURNING speaks of the row before or after. In a rule, and where a table is called so, it always could.
fn returns(which: &str, words: &[String]) -> bool {
    let changes = ["INSERT", "UPDATE", "DELETE", "MERGE", "WITH"];
    let named = words.windows(2).any(|window| matches!(window, [word, next] if word == which && next != "."));
    words.first().is_some_and(|first| changes.contains(&first.as_str())) && !named
}

/// Whether a number is written in a way that is new: `0xFF`, `1_000`. Without a version that knows them `0xFF` is `0` under
/// the name of `xFF`.
fn has_new_number(words: &[String]) -> bool {
    words.iter().any(|word| {
        let mut characters = word.chars();
        let digit = characters.next().is_some_and(|c| c.is_ascii_digit());
        digit && (word.contains('_') || matches!(characters.next(), Some('X' | 'O' | 'B')))
    })
}

/// Whether a generated column is not stored: `GENERATED ALWAYS AS ( ... )` with anything but STORED behind it.
fn has_virtual_column(words: &[String]) -> bool {
    let opens = |window: &[String]| matches!(window, [a, b, c, d] if a == "GENERATED" && b == "ALWAYS" && c == "AS" && d == "(");
    let begins = words.windows(4).enumerate().filter(|(_, window)| opens(window)).map(|(at, _)| at + 4);
    for at in begins {
        let mut depth = 1_usize;
        let mut rest = words.iter().skip(at);
        while depth > 0 {
            match rest.next().map(String::as_str) {
                Some("(") => depth += 1,
                Some(")") => depth -= 1,
                Some(_) => {}
                // Not closed: the server says so.
                None => return false,
            }
        }
        if rest.next().is_none_or(|word| word != "STORED") {
            return true;
        }
    }
    false
}

/// The functions of later versions among those that a statement calls. Those of SQL/JSON are key words with a syntax of their
/// own, so they are found in the [`words`].
pub(super) fn called<'a>(
    functions: &'a [Name],
    words: &'a [String],
) -> impl Iterator<Item = (&'static str, u32)> + 'a {
    let is_called = |name: &str| {
        functions.iter().any(|called| {
            called.last() == name && called.namespace().is_none_or(|namespace| namespace == "pg_catalog")
        })
    };
    let has_json = words.iter().any(|word| word.starts_with("JSON_"));
    let is_written = move |name: &str| {
        let name = name.to_ascii_uppercase();
        words.windows(3).any(|window| {
            let [before, word, open] = window else { return false };
            *word == name
                && open == "("
                && ![".", "INTO", "TABLE", "EXISTS", "ON", "REFERENCES"].contains(&before.as_str())
        })
    };
    FUNCTIONS
        .iter()
        .copied()
        .filter(move |(name, _)| is_called(name) || has_json && name.starts_with("json_") && is_written(name))
}

/// The words outside strings and comments, upper case, with numbers, parentheses, commas, dots and the like. What is quoted
/// is an empty word: it is no key word.
pub(crate) fn words(statement: &str) -> Vec<String> {
    let word = |token: Token| match token.kind {
        TokenKind::Word | TokenKind::Number | TokenKind::Open | TokenKind::Close | TokenKind::Other => {
            statement.get(token.range).unwrap_or_default().to_ascii_uppercase()
        }
        _ => String::new(),
    };
    significant(statement).take(MANY).map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::{called, used, words};

    #[test]
    fn a_feature_is_words_in_a_row_and_not_in_a_string() {
        let of = |statement: &str| used(&words(statement)).map(|used| used.since).collect::<Vec<_>>();
        assert_eq!(of("create unique index on t (a) NULLS  NOT /* x */ DISTINCT"), [15]);
        assert_eq!(of("MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE"), [15]);
        assert_eq!(of("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT ENFORCED"), [18]);
        assert_eq!(of("ALTER TABLE t ADD CONSTRAINT \"c d\" NOT NULL a"), [18]);
        assert_eq!(of("CREATE TABLE t (virtual int, a int CONSTRAINT c NOT NULL)"), [0; 0]);
        assert_eq!(of("ALTER TABLE t ADD a int CONSTRAINT c NOT NULL"), [0; 0]);
        assert_eq!(of("COMMENT ON TABLE t IS 'NOT ENFORCED'"), [0; 0]);
        assert_eq!(of("CREATE TABLE t (a text DEFAULT 'NULLS NOT DISTINCT')"), [0; 0]);
        assert_eq!(of("CREATE TABLE t (a int CHECK (a IS NOT DISTINCT FROM 1))"), [0; 0]);
        assert_eq!(of("CREATE TABLE t (a int PRIMARY KEY, b int REFERENCES s, period int)"), [0; 0]);
        assert_eq!(
            of("CREATE TABLE t (a int REFERENCES s (a), period int, PRIMARY KEY (a), period daterange)"),
            [0; 0]
        );
        assert_eq!(of("CREATE VIEW v (security_invoker) AS SELECT 1"), [0; 0]);
        assert_eq!(of("CREATE TABLE t (FOREIGN KEY (a, PERIOD b) REFERENCES s (a, PERIOD b))"), [18]);
        assert_eq!(of("UPDATE t AS old SET a = 1 RETURNING old.a"), [0; 0]);
        assert_eq!(of("UPDATE t SET a = 1 RETURNING old.a, new.a"), [18]);
        assert_eq!(of("SELECT 0xFF"), [16]);
        assert_eq!(of("SELECT 1e5, 3.14, a1_000 FROM t"), [0; 0]);
        assert_eq!(of("ALTER TABLE t SET LOGGED"), [0; 0]);
    }

    #[test]
    fn a_generated_column_is_virtual_unless_it_is_stored() {
        let of = |statement: &str| used(&words(statement)).map(|used| used.since).collect::<Vec<_>>();
        assert_eq!(of("CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + (1)))"), [18]);
        assert_eq!(of("CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) virtual)"), [18]);
        assert_eq!(of("ALTER TABLE t ADD b int GENERATED ALWAYS AS (f(a)) NOT NULL"), [18]);
        assert_eq!(of("CREATE TABLE t (a int, b int GENERATED ALWAYS AS (f(a)) STORED NOT NULL)"), [0; 0]);
        assert_eq!(of("CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY (START 3))"), [0; 0]);
        assert_eq!(of("CREATE TABLE t (a int GENERATED ALWAYS AS (a"), [0; 0]);
    }

    #[test]
    fn a_call_is_one_of_a_function_and_of_no_namespace_of_the_users() {
        let of = |statement: &str| {
            let reading = crate::sql::effect::read(statement);
            called(&reading.uses.functions, &words(statement)).map(|(name, _)| name).collect::<Vec<_>>()
        };
        assert_eq!(of("CREATE TABLE t (id uuid DEFAULT uuidv7())"), ["uuidv7"]);
        assert_eq!(of("SELECT pg_catalog.uuidv7()"), ["uuidv7"]);
        assert_eq!(of("SELECT app.uuidv7(), uuidv7 FROM t"), [""; 0]);
        assert_eq!(of("SELECT a, json_value(b, '$') FROM t"), ["json_value"]);
        assert_eq!(of("INSERT INTO any_value (id) VALUES (1)"), [""; 0]);
        assert_eq!(of("INSERT INTO json_value (id) VALUES (1)"), [""; 0]);
    }
}
