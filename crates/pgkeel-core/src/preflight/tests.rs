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
