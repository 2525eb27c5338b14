//! What commands print as JSON is what docs/reference says of it: every key is known, and those that must be there are.
#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test speaks")]

use std::path::Path;
use std::process::Command;

use pgkeel_testkit::Server;
use serde_json::Value;

/// Every difference between a document and its schema, with its path.
fn differences(schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    if let Some(wanted) = schema.get("const").filter(|wanted| *wanted != value) {
        found.push(format!("{path} is not {wanted}"));
    }
    if let Some(words) = schema.get("enum").and_then(Value::as_array)
        && !words.contains(value)
    {
        found.push(format!("{path} is {value}"));
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits = match schema.get("type") {
        Some(Value::String(wanted)) => wanted == kind,
        Some(Value::Array(wanted)) => wanted.iter().any(|wanted| wanted == kind),
        _ => true,
    };
    if !fits {
        found.push(format!("{path} is of type {kind}"));
    }
    match value {
        Value::Object(fields) => {
            let known = schema.get("properties");
            let other = schema.get("additionalProperties").filter(|other| other.as_bool() != Some(false));
            for (key, field) in fields {
                let inner = known.and_then(|known| known.get(key)).or(other);
                match inner {
                    Some(inner) => differences(inner, field, &format!("{path}.{key}"), found),
                    None if known.is_some() => found.push(format!("{path}.{key} is not described")),
                    None => {}
                }
            }
            let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
            let absent = required.filter_map(Value::as_str).filter(|key| !fields.contains_key(*key));
            found.extend(absent.map(|key| format!("{path}.{key} is missing")));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let inner = schema.get("items").unwrap_or(&Value::Null);
                differences(inner, item, &format!("{path}[{index}]"), found);
            }
        }
        _ => {}
    }
}

fn check(folder: &Path, url: &str, arguments: &[&str], name: &str) {
    let output = Command::new(env!("CARGO_BIN_EXE_pgkeel"))
        .args(arguments)
        .args(["--format", "json", "--database", url, "--project"])
        .arg(folder)
        .env("PGKEEL_SCRATCH_URL", url)
        .env_remove("PGKEEL_ENV")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let why = String::from_utf8_lossy(&output.stderr);
    let document: Value =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {text}{why}"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../docs/reference/{name}.schema.json"));
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut found = Vec::new();
    differences(&schema, &document, name, &mut found);
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
}
