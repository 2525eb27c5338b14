//! What is found before the first statement.

use super::{Offer, Server, check};
use crate::migration::reader::Reader;
use crate::migration::set::{File, assemble};
use crate::migration::{Migration, Part};

fn migrations(files: &[(&str, &str)]) -> Vec<Migration> {
    let read = |(name, text): &(&str, &str)| {
        let mut reader = Reader::new(*name, true);
        reader.feed(text).unwrap();
        File { file_name: (*name).into(), display: (*name).into(), parts: reader.finish().unwrap() }
    };
    assemble(files.iter().map(read).collect()).unwrap()
}

fn server(offers: &[(&str, Option<&str>, bool)]) -> Server {
    let offer = |(name, installed, allowed): &(&str, Option<&str>, bool)| {
        let offer = Offer {
            installed: installed.map(str::to_owned),
            default_version: Some("1.6".into()),
            versions: vec!["1.5".into(), "1.6".into()],
            allowed: *allowed,
            requires: if *name == "earthdistance" { vec!["cube".into()] } else { Vec::new() },
        };
        ((*name).to_owned(), offer)
    };
    Server { major: 15, role: "app".into(), embedded: false, extensions: offers.iter().map(offer).collect() }
}

fn found(files: &[(&str, &str)], server: &Server) -> Vec<(String, usize, usize)> {
    let all = migrations(files);
    let pending: Vec<&Part> = all.iter().map(|migration| &migration.up).collect();
    let place = |finding: crate::finding::Finding| {
        let span = finding.span.unwrap();
        (finding.object.unwrap(), span.line, span.column)
    };
    check(&pending, Some(&pending), server).into_iter().map(place).collect()
}

const TRIGRAM: &str = "CREATE TABLE s (name text);\nCREATE INDEX i ON s\n  USING gin (name gin_trgm_ops);\n";

#[test]
fn an_operator_class_without_its_extension_is_found_where_it_stands() {
    let lacking = [("extension pg_trgm".to_owned(), 3, 19)];
    assert_eq!(found(&[("1_a.sql", TRIGRAM)], &server(&[])), lacking);
    assert_eq!(found(&[("1_a.sql", TRIGRAM)], &server(&[("pg_trgm", None, true)])), lacking);
    assert!(found(&[("1_a.sql", TRIGRAM)], &server(&[("pg_trgm", Some("1.6"), false)])).is_empty());
}

#[test]
fn an_extension_that_is_spoken_of_must_be_there() {
    for text in ["COMMENT ON EXTENSION pg_trgm IS 'x';", "ALTER EXTENSION pg_trgm UPDATE;"] {
        let files = [("1_a.sql", text)];
        let lacking = found(&files, &server(&[("pg_trgm", None, true)]));
        assert_eq!(
            lacking.first().map(|(object, line, _)| (object.as_str(), *line)),
            Some(("extension pg_trgm", 1)),
            "{text}"
        );
        assert!(found(&files, &server(&[("pg_trgm", Some("1.6"), true)])).is_empty(), "{text}");
        let after = [("1_a.sql", "CREATE EXTENSION pg_trgm;"), ("2_b.sql", text)];
        assert!(found(&after, &server(&[("pg_trgm", None, true)])).is_empty(), "{text}");
    }
}

#[test]
fn create_extension_must_be_possible() {
    let files = [("1_a.sql", "-- x\nCREATE EXTENSION IF NOT EXISTS pg_trgm;"), ("2_b.sql", TRIGRAM)];
    assert!(found(&files, &server(&[("pg_trgm", None, true)])).is_empty());
    let at_creation = [("extension pg_trgm".to_owned(), 2, 32)];
    assert_eq!(found(&files, &server(&[("pg_trgm", None, false)])), at_creation);
    assert_eq!(found(&files, &server(&[])), at_creation);
}

#[test]
fn a_function_of_the_projects_own_comes_from_no_extension() {
    let own = "CREATE FUNCTION similarity(a text, b text) RETURNS real LANGUAGE sql AS 'SELECT 1.0';\nSELECT similarity('a', 'b');";
    assert!(found(&[("1_a.sql", own)], &server(&[])).is_empty());
    assert_eq!(found(&[("1_a.sql", "SELECT similarity('a', 'b')")], &server(&[])).len(), 1);
}

#[test]
fn without_the_projects_files_only_what_is_said_in_words_is_looked_for() {
    let all = migrations(&[("1_a.sql", TRIGRAM), ("2_b.sql", "CREATE EXTENSION pg_trgm;")]);
    let pending: Vec<&Part> = all.iter().map(|migration| &migration.up).collect();
    let objects: Vec<_> = check(&pending, None, &server(&[])).into_iter().map(|found| found.object).collect();
    assert_eq!(objects, [Some("extension pg_trgm".to_owned())]);
}

#[test]
fn a_directive_may_ask_for_a_version() {
    let with = |text: &'static str| [("1_a.sql", text)];
    let have = server(&[("pg_trgm", Some("1.6"), false)]);
    assert!(found(&with("-- pgkeel: requires-extension pg_trgm >= 1.6\nSELECT 1"), &have).is_empty());
    assert_eq!(found(&with("-- pgkeel: requires-extension pg_trgm >= 1.10\nSELECT 1"), &have).len(), 1);
    assert_eq!(found(&with("-- pgkeel: requires-extension postgis\nSELECT 1"), &have).len(), 1);
}

#[test]
fn what_is_needed_without_being_named_is_found_unless_the_project_makes_it() {
    let lacking = |text: &str| -> Vec<String> {
        let there = server(&[("earthdistance", None, true), ("cube", None, true)]);
        found(&[("1_a.sql", text)], &there).into_iter().map(|(object, ..)| object).collect()
    };
    for (text, extension) in [
        (
            "create table t (room int, d daterange, exclude using gist (room with =, d with &&));",
            "btree_gist",
        ),
        (
            "create table t (room int, d daterange);\nalter table t add exclude using gist (room with =, d with &&);",
            "btree_gist",
        ),
        ("create table t (a int);\ncreate index on t using gist (a);", "btree_gist"),
        ("create table t (a bigint, b jsonb);\ncreate index on t using gin (b, a);", "btree_gin"),
        ("create server s foreign data wrapper postgres_fdw;", "postgres_fdw"),
        ("create view v as select * from pg_stat_statements;", "pg_stat_statements"),
        ("create table t (n text);\nselect * from t where n % 'x';", "pg_trgm"),
        ("create extension earthdistance;", "cube"),
        ("create extension earthdistance /* not cascade */;", "cube"),
        ("create table t (a real, b time, exclude using gist (a with =, b with =));", "btree_gist"),
        ("create table t (a name);\ncreate index on t using gin (a);", "btree_gin"),
    ] {
        assert_eq!(lacking(text), [format!("extension {extension}")], "{text}");
    }
    for text in [
        "create extension cube; create extension earthdistance;",
        "create extension earthdistance cascade;",
        "create table t (a int[], b jsonb, r int4range); create index on t using gin (a, b); create index on t using gist (r);",
        "create table t (a int); create operator class c default for type int using gist as operator 1 <; create index on t \
         using gist (a);",
        "create foreign data wrapper postgres_fdw; create server s foreign data wrapper postgres_fdw;",
        "create table pg_stat_statements (a int); select * from pg_stat_statements;",
        "create operator public.% (leftarg = text, rightarg = text, function = f); select n % 'x' from t;",
        "create table t (a int); alter table t rename column a to b; alter table t add a tsvector; create index on t using gin (a);",
    ] {
        assert!(lacking(text).is_empty(), "{text}: {:?}", lacking(text));
    }
}
