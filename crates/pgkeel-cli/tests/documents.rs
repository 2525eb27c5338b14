//! What commands print as JSON is what docs/reference says of it: every key is known, and those that must be there are.
#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test speaks")]

use std::path::Path;

use pgkeel_testkit::{Server, binary};
use serde_json::Value;

/// The schema with every object closed: a key that it does not name is a mistake of the reference.
fn closed(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.values_mut().for_each(closed);
            if fields.get("properties").is_some_and(Value::is_object) {
                fields.entry("additionalProperties").or_insert(Value::Bool(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(closed),
        _ => {}
    }
}

fn check(folder: &Path, url: &str, arguments: &[&str], name: &str) {
    let output = binary::command(env!("CARGO_BIN_EXE_pgkeel"), folder, arguments)
        .args(["--format", "json", "--database", url])
        .env("PGKEEL_SCRATCH_URL", url)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let why = String::from_utf8_lossy(&output.stderr);
    let document: Value =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {text}{why}"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../docs/reference/{name}.schema.json"));
    let mut schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    closed(&mut schema);
    let validator = jsonschema::validator_for(&schema).unwrap();
    let found: Vec<String> =
        validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(found.is_empty(), "{arguments:?}: {found:#?}");
}

#[test]
fn documents_are_as_the_reference_says() {
    let database = Server::get(17).database();
    let (folder, url) = (tempfile::tempdir().unwrap(), database.url());
    let root = folder.path();
    let check = |arguments: &[&str], name: &str| check(root, &url, arguments, name);
    check(&["init"], "init");
    check(&["new", "first"], "new");
    std::fs::write(root.join("migrations/0001_first.sql"), "CREATE TABLE a (id int PRIMARY KEY, x int);")
        .unwrap();
    std::fs::write(root.join("migrations/0002_second.sql"), "CREATE INDEX a_x ON a (x);").unwrap();
    std::fs::create_dir(root.join("seeds")).unwrap();
    std::fs::write(root.join("seeds/10_a.csv"), "id,x\n1,2\n").unwrap();
    check(&["status"], "status");
    check(&["migrate", "--dry-run"], "dry-run");
    check(&["migrate", "--to", "1"], "migrate");
    check(&["status"], "status");
    check(&["up"], "up");
    check(&["seed"], "seed");
    check(&["history", "fingerprint"], "history");
    check(&["dump", &url], "schema");
    check(&["explain"], "explain");
    check(&["explain", "no-primary-key"], "explain");
    database.execute("DROP INDEX a_x");
    check(&["status"], "status");
    check(&["auto-fix"], "auto-fix");
    check(&["auto-fix", "--apply"], "auto-fix");
    database.execute("UPDATE pgkeel.migrations SET outcome = 'started' WHERE version = '0002'");
    std::fs::write(root.join("migrations/0001_first.sql"), "CREATE TABLE a (id int PRIMARY KEY, y int);")
        .unwrap();
    check(&["status"], "status");
    // What fails is a document, too: refused, a mistake in the call, a statement, no database.
    check(&["migrate"], "error");
    check(&["migrate", "--to", "77"], "error");
    check(&["migrate", "--no-such-option"], "error");
    check(&["history", "forget", "77", "--reason", "x"], "error");
}

#[test]
fn a_failure_is_the_last_event_and_one_document() {
    let database = Server::get(16).database();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("0001_a.sql"), "CREATE TABLE a (x int);\nSELECT 1/0;").unwrap();
    let output =
        binary::command(env!("CARGO_BIN_EXE_pgkeel"), folder.path(), &["migrate", "--format", "json"])
            .args(["--database", &database.url()])
            .output()
            .unwrap();
    assert_eq!(output.status.code(), Some(3));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["format"], "pgkeel/error/1");
    assert_eq!((&document["exit_code"], &document["sqlstate"]), (&Value::from(3), &Value::from("22012")));
    assert_eq!(document["line"], 2);
    assert!(document["file"].as_str().unwrap().ends_with("0001_a.sql"), "{document}");
    let told = String::from_utf8(output.stderr).unwrap();
    let events: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let last = events.last().unwrap();
    assert_eq!((&last["event"], &last["exit_code"]), (&Value::from("error"), &Value::from(3)), "{told}");
    assert!(last["message"].as_str().unwrap().contains("division by zero"), "{told}");
}
