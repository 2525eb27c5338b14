//! The review as a whole: the incidents of the seeds, suppressions, order.

use super::{File, Review, Settings, review};
use crate::finding::Finding;

fn told(files: &[(&str, &str)]) -> Vec<Finding> {
    let files: Vec<File> = files.iter().map(|(path, text)| File::read(path, text)).collect();
    let settings = Settings { complete: true, ..Settings::default() };
    review(&Review { files: &files, reviewed: &[], settings: &settings })
}

fn at(findings: &[Finding], rule: &str, file: &str, line: usize) -> bool {
    let here = |f: &&Finding| f.span.as_ref().is_some_and(|span| span.file == file && span.line == line);
    findings.iter().filter(|f| f.rule == rule).any(|f| here(&f))
}

#[test]
fn a_view_under_a_narrowed_column() {
    let found = told(&[
        (
            "1_a.sql",
            "CREATE TABLE chat (id bigint PRIMARY KEY, content varchar(4000));\nCREATE VIEW v AS SELECT content FROM chat;",
        ),
        ("2_b.sql", "-- shorter\n\nALTER TABLE chat\n  ALTER COLUMN content TYPE varchar(500);"),
    ]);
    assert!(at(&found, "column-has-dependents", "2_b.sql", 4), "{found:?}");
    assert!(at(&found, "type-narrowing", "2_b.sql", 4), "{found:?}");
}

#[test]
fn an_operator_class_without_its_extension() {
    let found = told(&[(
        "1_a.sql",
        "CREATE TABLE stylists (id bigint PRIMARY KEY, name text NOT NULL);\nCREATE INDEX s ON stylists\n  USING gin (name gin_trgm_ops);",
    )]);
    assert!(at(&found, "missing-extension", "1_a.sql", 3), "{found:?}");
}

#[test]
fn suppressions_of_every_tool() {
    for comment in [
        "-- pgkeel: ignore drop-table reason=\"agreed\"",
        "-- pgkeel: ignore squawk:ban-drop-table reason=\"agreed\"",
        "-- squawk-ignore ban-drop-table",
        "-- squawk-ignore-file",
        "-- atlas:nolint destructive",
        "-- atlas:nolint",
        "-- pgsafe:ignore drop-table agreed with the owners",
    ] {
        let found = told(&[("1_a.sql", &format!("{comment}\nDROP TABLE orders;"))]);
        assert!(found.iter().all(|finding| finding.rule != "drop-table"), "{comment}: {found:?}");
    }
    let found = told(&[("1_a.sql", "-- eugene: ignore E6\nCREATE INDEX i ON orders (a);")]);
    assert!(found.iter().all(|finding| finding.rule != "create-index-blocking"), "{found:?}");
    let found = told(&[(
        "1_a.sql",
        "DROP TABLE orders; -- pgkeel: ignore drop-table reason=\"same line\"\nDROP TABLE items;",
    )]);
    assert_eq!(found.iter().filter(|finding| finding.rule == "drop-table").count(), 1, "{found:?}");
}

#[test]
fn places_count_characters_from_one() {
    let found = told(&[("1_a.sql", "/* é */ DROP TABLE orders;")]);
    let span = found.first().and_then(|finding| finding.span.clone()).expect("a span");
    assert_eq!((span.line, span.column, span.end_line, span.end_column), (1, 9, 1, 26));
}

#[test]
fn a_project_that_begins_in_the_middle_is_told_once_what_it_misses() {
    let alter = "ALTER TABLE invoice_items ADD COLUMN tax numeric;";
    let lone =
        told(&[("003_x.sql", alter), ("004_y.sql", "ALTER TABLE invoice_items ADD COLUMN vat numeric;")]);
    let missing = lone.iter().filter(|finding| finding.rule == "unknown-object").count();
    assert!(missing == 1 && at(&lone, "unknown-object", "003_x.sql", 1), "{lone:?}");
    let made =
        told(&[("001_a.sql", "CREATE TABLE invoice_items (id bigint PRIMARY KEY);"), ("003_x.sql", alter)]);
    assert!(made.iter().all(|finding| finding.rule != "unknown-object"), "{made:?}");
}
