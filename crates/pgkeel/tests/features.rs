//! The syntax and functions that preflight says a server does not know: servers of both sides are asked.
#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test speaks")]

use std::path::Path;

use pgkeel_core::migration::Part;
use pgkeel_core::migration::reader::Reader;
use pgkeel_core::preflight::needs::Needs;
use pgkeel_testkit::{Server, TestDatabase};

/// What the statements under tests/features speak of.
const OBJECTS: &str = "CREATE TABLE t (a int, b int, c text); CREATE TABLE s (a int); CREATE SEQUENCE q; CREATE VIEW v AS \
     SELECT a FROM t; CREATE TABLE k (a int, b int, UNIQUE (a, b)); CREATE TABLE t2 (a int PRIMARY KEY); CREATE TABLE f \
     (a int REFERENCES t2); CREATE TABLE n (a int NOT NULL); CREATE PUBLICATION p; CREATE TABLE g (a int, b int GENERATED \
     ALWAYS AS (a + 1) STORED); CREATE FUNCTION made() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'";

fn statements(name: &str) -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/features").join(name);
    std::fs::read_to_string(file).unwrap().lines().map(str::to_owned).collect()
}

fn part(text: &str) -> Part {
    let mut reader = Reader::new("1_a.sql", true);
    reader.feed(text).unwrap();
    reader.finish().unwrap().up
}

/// The version that preflight says a statement takes; 0 for any.
fn takes(statement: &str) -> u32 {
    let part = part(statement);
    let needs = Needs::of(&[&part]);
    let features = needs.features.iter().map(|feature| feature.since);
    features.chain(needs.functions.iter().map(|(_, major, _)| *major)).max().unwrap_or(0)
}

/// SQLSTATE and message of the server's answer; empty when it took the statement. Whatever it did is undone.
async fn answer(database: &TestDatabase<'_>, statement: &str) -> (String, String) {
    let client = database.client().await;
    let alone = statement.starts_with("VACUUM") || statement.starts_with("CREATE DATABASE");
    if !alone {
        client.batch_execute("BEGIN").await.unwrap();
    }
    match client.simple_query(statement).await {
        Ok(_) => Default::default(),
        Err(error) => {
            let error = error.as_db_error().unwrap_or_else(|| panic!("{statement}: {error}"));
            (error.code().code().to_owned(), error.message().to_owned())
        }
    }
}

#[tokio::test]
async fn each_feature_is_refused_by_the_version_before_and_known_to_its_own() {
    let mut wrong = Vec::new();
    for major in 15..=18_u32 {
        let (older, own) = (Server::get(major - 1).database(), Server::get(major).database());
        older.execute(OBJECTS);
        own.execute(OBJECTS);
        for statement in statements(&format!("{major}.sql")) {
            let said = takes(&statement);
            let (before, after) = (answer(&older, &statement).await, answer(&own, &statement).await);
            let known = !["42601", "42883"].contains(&after.0.as_str());
            // A server that reads `0b101` as a zero under a name takes the statement, and means something else.
            let refused = !before.0.is_empty() && before != after;
            if said != major || !known || !refused {
                wrong.push(format!(
                    "{major}: {statement}\n    said {said}; before {before:?}; after {after:?}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn what_every_version_knows_is_taken_for_no_feature() {
    let database = Server::get(14).database();
    database.execute(OBJECTS);
    for statement in statements("every.sql") {
        assert_eq!(takes(&statement), 0, "{statement}");
        let said = answer(&database, &statement).await;
        assert_eq!(said.0, "", "{statement}: {said:?}");
    }
}
