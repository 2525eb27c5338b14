//! `validate --queries`, by the binary as a user calls it.
#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test speaks")]

use std::process::{Command, Output};

use pgkeel_testkit::{Server, TestDatabase};
use serde_json::Value;

fn validate(database: &TestDatabase<'_>, folder: &std::path::Path, arguments: &[&str]) -> (Output, Value) {
    let url = database.url();
    let output = Command::new(env!("CARGO_BIN_EXE_pgkeel"))
        .args(["validate", "--format", "json", "--strict"])
        .args(arguments)
        .arg("--project")
        .arg(folder)
        .args(["--database", &url])
        .env("PGKEEL_SCRATCH_URL", &url)
        .env_remove("DATABASE_URL")
        .env_remove("PGKEEL_ENV")
        .current_dir(folder)
        .output()
        .unwrap();
    let document = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output, document)
}

const SCHEMA: &str = "CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE customers (id uuid PRIMARY KEY, phone text, first_name text NOT NULL, last_name text, mood mood, data jsonb);
CREATE FUNCTION touch(id uuid) RETURNS void LANGUAGE sql AS '';
";

const FIT: &str = "-- name: GetCustomer :one
SELECT id, first_name, data ? 'vip' AS vip FROM customers WHERE id = $1;

-- name: ByPhone :many
SELECT * FROM customers WHERE phone = @phone AND (@mood::mood IS NULL OR mood = @mood);

-- name: Unknown :one
SELECT $1 IS NULL, coalesce($2, $3);
-- name: Everything :exec
UPDATE customers SET first_name = ?, data = data - ? WHERE id = ?
-- name: more :exec
DELETE FROM customers WHERE id IN (:v*:ids);
CREATE TABLE not_a_query (a int);
SELECT touch(:id);
";

const MISFIT: &str = "-- A test used customer.name, and failed in production.
-- name: GetName :one
SELECT customer.id,
       customer.name
FROM customers customer WHERE customer.id = :id;

SELECT * FROM customer;
SELECT toch($1);
SELECT 'é', first_nam FROM customers;
SELECT * FROM customers WHERE mood = 'fine';
SELECT * FROM customers WHERE id = 'x' || 1 AND phone = 1;
SELECT FROM WHERE;
";

pgkeel_testkit::per_major! {
    fn queries_that_do_not_fit_are_shown_where_they_stand(server) {
        let database = server.database();
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for name in ["migrations", "queries", "queries/deep"] {
            std::fs::create_dir(root.join(name)).unwrap();
        }
        std::fs::write(root.join("pgkeel.toml"), "[expect]\nqueries = [\"queries\"]\n").unwrap();
        std::fs::write(root.join("migrations/0001_customers.sql"), SCHEMA).unwrap();
        std::fs::write(root.join("queries/fit.sql"), FIT).unwrap();
        database.execute(SCHEMA);
        let (output, document) = validate(&database, root, &[]);
        assert_eq!(document["findings"], serde_json::json!([]), "{output:?}");
        assert!(output.status.success());
        std::fs::write(root.join("queries/deep/misfit.sql"), MISFIT).unwrap();
        let (output, document) = validate(&database, root, &[]);
        assert_eq!(output.status.code(), Some(1));
        let findings = document["findings"].as_array().unwrap();
        let places: Vec<String> = findings
            .iter()
            .map(|f| format!("{}:{}:{}-{}", f["file"].as_str().unwrap(), f["line"], f["column"], f["end_column"]))
            .collect();
        let place = |line: u32, column: u32, end: u32| format!("queries/deep/misfit.sql:{line}:{column}-{end}");
        assert_eq!(places, [
            place(4, 8, 21), place(7, 15, 23), place(8, 8, 12), place(9, 13, 22), place(10, 38, 44),
            place(11, 34, 35), place(12, 13, 18),
        ], "{document:#}");
        let help = |n: usize| findings[n]["help"].as_str().unwrap_or_default();
        assert!(help(0).contains("did you mean first_name or last_name?"), "{}", help(0));
        assert_eq!(findings[0]["object"], "column public.customers.name");
        assert!(findings[0]["message"].as_str().unwrap().starts_with("query GetName: "));
        assert_eq!(help(1), "did you mean customers?");
        assert_eq!(help(2), "did you mean touch?");
        assert!(help(3).contains("did you mean first_name?"));
        // Named on the command line, only those are looked at.
        let (output, _) = validate(&database, root, &["--queries", "queries/fit.sql"]);
        assert!(output.status.success());
        let (output, _) = validate(&database, root, &["--queries", "nowhere"]);
        assert_eq!(output.status.code(), Some(2));
        // Nothing was executed.
        assert_eq!(database.value("SELECT count(*) FROM pg_class WHERE relname = 'not_a_query'"), "0");
    }
}

#[test]
fn without_the_extension_the_way_to_it_is_told() {
    let database = Server::get(18).database();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("0001_customers.sql"), SCHEMA).unwrap();
    database.execute(SCHEMA);
    let (output, _) = validate(&database, folder.path(), &["--queries", "pg_stat_statements"]);
    assert_eq!(output.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&output.stderr).contains("CREATE EXTENSION pg_stat_statements"));
}

#[test]
fn review_says_which_queries_a_pending_migration_breaks() {
    let database = Server::get(16).database();
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for name in ["migrations", "queries"] {
        std::fs::create_dir(root.join(name)).unwrap();
    }
    std::fs::write(root.join("pgkeel.toml"), "[expect]\nqueries = \"queries\"\n").unwrap();
    std::fs::write(root.join("migrations/0001_customers.sql"), SCHEMA).unwrap();
    std::fs::write(root.join("queries/phone.sql"), "-- name: Phone :one\nSELECT phone FROM customers;\n")
        .unwrap();
    let rename = "ALTER TABLE customers ADD x int;\nALTER TABLE customers RENAME phone TO telephone;\n";
    std::fs::write(root.join("migrations/0002_rename.sql"), rename).unwrap();
    let review = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_pgkeel"))
            .args(["review", "--format", "json", "--project"])
            .arg(root)
            .args(arguments)
            .env("PGKEEL_SCRATCH_URL", database.url())
            .env_remove("DATABASE_URL")
            .env_remove("PGKEEL_ENV")
            .current_dir(root)
            .output()
            .unwrap();
        let document: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {output:?}"));
        let findings = document["findings"].as_array().unwrap().clone();
        let broken =
            findings.into_iter().filter(|finding| finding["rule"] == "breaks-query").collect::<Vec<_>>();
        (output.status.code(), broken)
    };
    let (code, broken) = review(&[]);
    assert_eq!(code, Some(1));
    let [finding] = broken.as_slice() else { panic!("{broken:#?}") };
    assert_eq!((finding["file"].as_str(), &finding["line"]), (Some("migrations/0002_rename.sql"), &2.into()));
    assert!(finding["message"].as_str().unwrap().starts_with("breaks query Phone: "), "{finding}");
    assert!(finding["message"].as_str().unwrap().ends_with("at queries/phone.sql:2:8"), "{finding}");
    assert!(finding["help"].as_str().unwrap().contains("did you mean telephone?"), "{finding}");
    assert_eq!(review(&["--offline"]).1, Vec::<Value>::new());
}
