//! The names of relations in a query, read off its tokens: enough to tell a query of the catalog from one of the application.

use crate::sql::lexer::significant;

/// What of a text counts here: words, quoted names, and single characters.
fn words(text: &str) -> Vec<&str> {
    significant(text).map(|token| text.get(token.range).unwrap_or_default()).collect()
}

fn is(word: Option<&&str>, wanted: &[&str]) -> bool {
    word.is_some_and(|word| wanted.iter().any(|wanted| word.eq_ignore_ascii_case(wanted)))
}

fn is_name(word: &str) -> bool {
    word.starts_with(|first: char| first == '"' || first == '_' || first.is_alphabetic())
}

fn plain(word: &str) -> String {
    match word.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inside) => inside.replace("\"\"", "\""),
        None => word.to_lowercase(),
    }
}

/// Whether a query only asks PostgreSQL's own catalogs, or the tables in `own`, the namespace of pgkeel's history: tools ask
/// such questions, and the application's schema does not change their answers.
pub fn is_about_the_catalog(query: &str, own: &str) -> bool {
    let words = words(query);
    let system = |namespace: &str| ["pg_catalog", "information_schema", "pg_toast", own].contains(&namespace);
    let mut named_here: Vec<String> = vec![];
    for (place, word) in words.iter().enumerate() {
        // WITH name AS (...)
        if is_name(word)
            && is(words.get(place + 1), &["as"])
            && is(words.get(place + 2), &["(", "materialized", "not"])
        {
            named_here.push(plain(word));
        }
    }
    let mut asks_the_catalog = false;
    for (place, word) in words.iter().enumerate() {
        if !is_name(word) || is(place.checked_sub(1).and_then(|before| words.get(before)), &["."]) {
            continue;
        }
        let name = plain(word);
        let qualified = is(words.get(place + 1), &["."]);
        if qualified && system(&name) {
            asks_the_catalog = true;
            continue;
        }
        let before = |back: usize| place.checked_sub(back).and_then(|before| words.get(before));
        let is_relation = is(before(1), &["from", "join", "into", "update", "only", "table"])
            && !is(before(2), &["distinct"])
            && !is(words.get(place + 1), &["("])
            && !["lateral", "only", "select", "set", "unnest"].contains(&name.as_str());
        if !is_relation || !qualified && named_here.contains(&name) {
            continue;
        }
        if !qualified && name.starts_with("pg_") {
            asks_the_catalog = true;
        } else {
            return false;
        }
    }
    asks_the_catalog
}

/// The temporary tables that a statement makes: `CREATE TEMP TABLE x` and `SELECT ... INTO TEMP x`.
pub fn temporary_tables(statement: &str) -> Vec<String> {
    let words = words(statement);
    let mut found = vec![];
    for (place, _) in words.iter().enumerate().filter(|(_, word)| is(Some(*word), &["temp", "temporary"])) {
        let before = place.checked_sub(1).and_then(|before| words.get(before));
        if !is(before, &["create", "local", "global", "into"]) {
            continue;
        }
        let mut rest = words.iter().skip(place + 1);
        let skipped = ["table", "view", "if", "not", "exists"];
        if let Some(name) = rest.find(|word| !is(Some(*word), &skipped)).filter(|word| is_name(word)) {
            found.push(plain(name));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{is_about_the_catalog, temporary_tables};

    #[test]
    fn questions_to_the_catalog_are_known() {
        for (query, expected) in [
            ("SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON true", true),
            ("SELECT oid FROM pg_class c WHERE relname = $1 AND relkind IS DISTINCT FROM c.x", true),
            ("WITH t AS (SELECT * FROM pg_attribute) SELECT * FROM t", true),
            ("SELECT version FROM pgkeel.history", true),
            ("SELECT pg_catalog.set_config($1, $2, $3)", true),
            ("SELECT * FROM information_schema.tables", true),
            ("SELECT a FROM t WHERE b = pg_catalog.now()", false),
            ("SELECT a FROM public.t JOIN pg_class ON true", false),
            ("INSERT INTO \"Log\" VALUES ($1)", false),
            ("SELECT $1", false),
            ("UPDATE users SET a = $1", false),
        ] {
            assert_eq!(is_about_the_catalog(query, "pgkeel"), expected, "{query}");
        }
    }

    #[test]
    fn temporary_tables_are_known_by_the_statements_that_make_them() {
        for (statement, expected) in [
            ("CREATE TEMP TABLE x (a int)", vec!["x"]),
            ("create local temporary table if not exists \"Y\" as select 1", vec!["Y"]),
            ("SELECT 1 INTO TEMP TABLE z FROM t", vec!["z"]),
            ("SELECT temp FROM weather", vec![]),
        ] {
            assert_eq!(temporary_tables(statement), expected, "{statement}");
        }
    }
}
