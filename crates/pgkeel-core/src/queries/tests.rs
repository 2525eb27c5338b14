//! Queries as applications write them.

use super::{Catalog, Query, Relation, read, suggest};
use crate::sql::position::Position;

fn prepared(text: &str) -> String {
    Query::new(None, "q.sql", text, Position::START).prepared
}

#[test]
fn parameters_of_every_spelling_are_numbered() {
    for (written, wanted) in [
        ("SELECT $1, $2", "SELECT $1, $2"),
        (
            "SELECT * FROM t WHERE a = :a AND b = :b::int AND c = :a",
            "SELECT * FROM t WHERE a = $1 AND b = $2::int AND c = $3",
        ),
        (
            "SELECT ':no', a[1:2], a[x:y], b::text, f(n := 1) -- :c",
            "SELECT ':no', a[1:2], a[x:y], b::text, f(n := 1) -- :c",
        ),
        (
            "SELECT * FROM t WHERE a=? AND b IN (?, ?) LIMIT ?",
            "SELECT * FROM t WHERE a=$1 AND b IN ($2, $3) LIMIT $4",
        ),
        (
            "SELECT data ? 'k', data ?| array['a'], data @? '$' FROM t",
            "SELECT data ? 'k', data ?| array['a'], data @? '$' FROM t",
        ),
        ("SELECT @a::text, @b, @a, x @> y, @ -3", "SELECT $1::text, $2, $1, x @> y, @ -3"),
        ("SELECT sqlc.arg(a), sqlc.narg('b'), sqlc.embed(t) FROM t", "SELECT $1, $2, t.* FROM t"),
        (
            "SELECT * FROM t WHERE a = %s AND b = %(b)s AND c % 2 = 0",
            "SELECT * FROM t WHERE a = $1 AND b = $2 AND c % 2 = 0",
        ),
        (
            "SELECT * FROM t WHERE id IN (:v*:ids) AND a = :value:a AND b = :b!",
            "SELECT * FROM t WHERE id IN ($1) AND a = $2 AND b = $3",
        ),
        ("SELECT $2, :a", "SELECT $2, $3"),
        ("SELECT $$ :a ? $$, $x$ :b $x$", "SELECT $$ :a ? $$, $x$ :b $x$"),
    ] {
        assert_eq!(prepared(written), wanted);
    }
}

#[test]
fn what_is_no_query_or_not_complete_is_not_checked() {
    let unchecked = |text: &str| Query::new(None, "q.sql", text, Position::START).unchecked.is_some();
    assert!(unchecked("CREATE TABLE t (a int)") && unchecked("SET x = 1"));
    assert!(unchecked("SELECT * FROM {{ table }}") && unchecked("SELECT :i:column FROM t"));
    assert!(!unchecked("(SELECT 1) UNION (SELECT 2)") && !unchecked("WITH a AS (SELECT 1) TABLE a"));
}

#[test]
fn files_of_query_tools_are_cut_at_names_and_places_lead_back() {
    let text = "-- name: GetUser :one\nSELECT name\nFROM users WHERE id = :id\n\n-- :name all-users :? :*\nSELECT *\n  FROM people;\n\
                /* @name Third */ SELECT 3; SELECT 4;\n";
    let queries = read("q.sql", text).expect("it is a script");
    let names: Vec<Option<&str>> = queries.iter().map(|query| query.name.as_deref()).collect();
    assert_eq!(names, [Some("GetUser"), Some("all-users"), Some("Third"), None]);
    let second = &queries[1];
    let at = second.prepared.find("people").expect("it is there");
    let span = second.span(at, at + 6);
    assert_eq!((span.line, span.column, span.end_column), (7, 8, 14));
    let first = &queries[0];
    assert_eq!(first.prepared, "SELECT name\nFROM users WHERE id = $1");
    assert_eq!(first.span(7, 11).line, 2);
    // A parameter that became shorter moves nothing that is behind it.
    let query = Query::new(None, "q.sql", "SELECT :something_long, wrong FROM t", Position::START);
    let at = query.prepared.find("wrong").expect("it is there");
    assert_eq!((query.span(at, at + 5).column, query.span(at, at + 5).end_column), (25, 30));
}

#[test]
fn the_column_that_was_probably_meant_is_named() {
    let relation = |name: &str, columns: &[&str]| Relation {
        namespace: "public".into(),
        name: name.into(),
        columns: columns.iter().map(|column| (*column).to_owned()).collect(),
    };
    let catalog = Catalog {
        relations: vec![
            relation("customers", &["id", "phone", "first_name", "last_name"]),
            relation("packs", &["id", "name", "customer_id"]),
        ],
        functions: vec!["public.touch(uuid)".into()],
    };
    let help = |text: &str, word: &str, code: &str| {
        let query = Query::new(None, "q.sql", text, Position::START);
        let at = query.prepared.find(word).expect("the word is there");
        suggest(&query, at, code, &catalog)
    };
    let found =
        help("SELECT c.name FROM customers AS c JOIN packs p ON p.customer_id = c.id", "c.name", "42703");
    assert_eq!(found.object.as_deref(), Some("column public.customers.name"));
    let told = found.help.unwrap_or_default();
    assert!(told.contains("did you mean first_name or last_name?"), "{told}");
    assert!(told.contains("public.packs has a column name"), "{told}");
    let found = help("SELECT firstname FROM customers", "firstname", "42703").help.unwrap_or_default();
    assert!(found.contains("did you mean first_name?"), "{found}");
    let found = help("SELECT * FROM customer", "customer", "42P01");
    assert_eq!(found.help.as_deref(), Some("did you mean customers?"));
    assert_eq!(found.object.as_deref(), Some("table public.customer"));
    let found = help("SELECT touch(1)", "touch", "42883").help.unwrap_or_default();
    assert!(found.contains("public.touch(uuid)"), "{found}");
    assert_eq!(help("SELECT zzz FROM nothing", "zzz", "42703").help, None);
}
