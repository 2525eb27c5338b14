//! Queries on real servers: which of them a migration breaks, and those that `pg_stat_statements` has seen.

#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test speaks")]

use pgkeel::database::{ConnectOptions, ReadOnly, Target};
use pgkeel::queries::{self, broken_by};
use pgkeel::scratch::Choice;
use pgkeel::source::Workshop;
use pgkeel_core::queries::read;
use pgkeel_core::review::File;
use pgkeel_testkit::Server;

const FILES: [(&str, &str); 4] = [
    (
        "1_base.sql",
        "CREATE TABLE customers (id int PRIMARY KEY, name text, city text); CREATE VIEW v AS SELECT 1 AS a;",
    ),
    ("2_split.sql", "ALTER TABLE customers ADD first_name text;\nALTER TABLE customers DROP COLUMN name;\n"),
    ("3_move.sql", "ALTER TABLE customers RENAME city TO town;\nALTER TABLE customers ADD city text;\n"),
    ("4_view.sql", "DROP VIEW v;\nCREATE TABLE new_one (a int);\n"),
];

const QUERIES: &str = "-- name: GetName :one\nSELECT name FROM customers WHERE id = $1;\n-- name: City :one\n\
    SELECT city FROM customers;\n-- name: Never :one\nSELECT nothing FROM customers;\n-- name: New :one\nSELECT a FROM new_one;\n\
    -- name: View :one\nSELECT a FROM v;\n";

#[tokio::test]
async fn the_statement_that_breaks_a_query_is_named() {
    let database = Server::get(17).database();
    let files: Vec<File> = FILES.iter().map(|(path, text)| File::read(path, text)).collect();
    let queries = read("queries/a.sql", QUERIES).unwrap();
    let choice = Choice { url: Some(database.url()), embedded: None, major: None };
    let workshop = Workshop::new(choice, vec![]);
    let broken = broken_by(&files, &[false, true, true, true], &queries, &workshop).await.unwrap();
    let told: Vec<String> = broken
        .iter()
        .map(|finding| {
            let span = finding.span.as_ref().unwrap();
            format!("{}:{} {}", span.file, span.line, finding.message)
        })
        .collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("2_split.sql:2 breaks query GetName: "), "{told:?}");
    assert!(told[0].ends_with("at queries/a.sql:2:8"), "{told:?}");
    assert!(broken[0].help.as_deref().unwrap().contains("did you mean first_name?"), "{broken:?}");
    assert!(told[1].starts_with("4_view.sql:1 breaks query View: "), "{told:?}");
    // What was not reviewed is not reported.
    let silent = broken_by(&files, &[false, false, false, false], &queries, &workshop).await.unwrap();
    assert_eq!(silent, []);
}

#[tokio::test]
async fn what_pg_stat_statements_has_seen_is_checked() {
    let server = Server::start_private(16, &[("shared_preload_libraries", "pg_stat_statements")]);
    let url = server.url("postgres");
    let target = Target::parse(&url).unwrap();
    let session = pgkeel::database::connect(&target, &ConnectOptions::default()).await.unwrap();
    let client = session.client();
    client
        .batch_execute("CREATE EXTENSION pg_stat_statements; CREATE TABLE t (a int, b date)")
        .await
        .unwrap();
    for sql in [
        "SELECT a FROM t WHERE a = 1",
        "SELECT a FROM t WHERE b > now() - interval '1 day'",
        "INSERT INTO t VALUES (1, '2026-01-01')",
        "SELECT b AS old_one FROM t WHERE b = '2026-01-01'",
        // Constants become parameters, and what they were is lost.
        "SELECT sum(CASE WHEN a = 1 THEN 1 ELSE 0 END) FROM t",
        "SELECT 1 FROM t WHERE a = ANY (ARRAY[30, 60]) OR a IN (SELECT 30)",
        "SELECT a FROM t JOIN (VALUES (30), (60)) v(d) ON d = a",
        "WITH r(n) AS (SELECT 1) SELECT n + 1 FROM r",
        "SELECT 1 FROM t WHERE CASE WHEN a = 1 THEN true ELSE false END AND a > 0",
        "CREATE TEMP TABLE passing (x int)",
        "SELECT x FROM passing",
        "DROP TABLE passing",
        "SELECT relname FROM pg_class c WHERE relname = 't' AND (c.relkind = 'r' OR 1 = 2)",
    ] {
        client.batch_execute(sql).await.unwrap();
    }
    client.batch_execute("ALTER TABLE t RENAME b TO day").await.unwrap();
    let reader = ReadOnly::open(&target, &ConnectOptions::default()).await.unwrap();
    let recorded = queries::recorded(&reader, "pgkeel").await.unwrap();
    assert!(recorded.notes.iter().any(|note| note.contains("passing")), "{:?}", recorded.notes);
    assert!(recorded.queries.iter().all(|query| !query.text.contains("pg_class")));
    let report = queries::check(&reader, &recorded.queries).await.unwrap();
    // A truth value and a number among the constants: no one type fits all, and that is no proof against the query.
    assert_eq!(report.unchecked.len(), 1, "{:?}", report.unchecked);
    assert!(report.unchecked[0].contains("their types are not known"), "{:?}", report.unchecked);
    let findings = report.findings();
    assert_eq!(findings.len(), 2, "{findings:#?}");
    for finding in &findings {
        assert_eq!(finding.span.as_ref().unwrap().file, "pg_stat_statements");
        assert_eq!(finding.object.as_deref(), Some("column public.t.b"));
        assert!(finding.message.contains("1 calls by postgres"), "{finding:?}");
    }
}
