//! `auto-fix` as a user calls it: objects are dropped at random, and pg_dump says whether everything is back.
#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test speaks")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use pgkeel_testkit::binary::project;
use pgkeel_testkit::{Server, TestDatabase};
use serde_json::Value;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn pgkeel(project: &Path, database: &str, arguments: &[&str]) -> Output {
    let scratch = std::env::var("PGKEEL_AUTO_FIX_SCRATCH").unwrap_or(database.to_owned());
    pgkeel_with(project, database, &scratch, arguments)
}

fn pgkeel_with(project: &Path, database: &str, scratch: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pgkeel"))
        .args(arguments)
        .arg("--project")
        .arg(project)
        .args(["--database", database])
        .env_remove("DATABASE_URL")
        .env_remove("PGKEEL_ENV")
        .env("PGKEEL_SCRATCH_URL", scratch)
        .output()
        .unwrap()
}

/// Standard output, after the exit code was as expected.
fn run(project: &Path, database: &TestDatabase<'_>, arguments: &[&str], code: i32) -> String {
    let output = pgkeel(project, &database.url(), arguments);
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{out}\n{error}");
    out.into_owned()
}

fn fix(project: &Path, database: &TestDatabase<'_>, code: i32) -> Value {
    serde_json::from_str(&run(project, database, &["auto-fix", "--apply", "--format", "json"], code)).unwrap()
}

/// What pg_dump says, where the order of columns, which cannot be brought back, does not count.
fn dump(database: &TestDatabase<'_>) -> std::collections::BTreeMap<String, String> {
    let mut dump = database.pg_dump_with(&["--schema-only", "--exclude-schema=pgkeel"]);
    if std::env::var_os("PGKEEL_AUTO_FIX_SCRATCH").is_some() {
        // A scratch server before 18 knows no names of NOT NULL constraints: those that 18 gives say nothing.
        dump = dump.lines().map(without_not_null_name).collect();
    }
    pgkeel_testkit::dump::objects_in_any_column_order(&dump)
}

fn without_not_null_name(line: &str) -> String {
    match line
        .split_once(" CONSTRAINT ")
        .and_then(|(before, rest)| Some((before, rest.split_once("_not_null NOT NULL")?)))
    {
        Some((before, (_, after))) => format!("{before} NOT NULL{after}\n"),
        None => format!("{line}\n"),
    }
}

/// Takes away a random part, repairs, and compares.
fn damage_and_repair(project: &Path, database: &TestDatabase<'_>, seed: usize) {
    let before = dump(database);
    let query = std::fs::read_to_string(repository().join("tests/auto_fix/damage.sql")).unwrap();
    database.execute(&format!(
        "SET pgkeel.seed = '{seed}'; ALTER DATABASE {} SET pgkeel.seed = '{seed}'",
        database.name()
    ));
    let all: Vec<String> = database.rows(&query).into_iter().filter_map(|mut row| row.remove(0)).collect();
    let count = [1, 3, 8, all.len() / 4, all.len() / 2][seed % 5].clamp(1, all.len());
    let mut done = vec![];
    for statement in all.iter().take(count) {
        // What went along with another one is not there any more.
        if database.psql(statement).is_ok() {
            done.push(statement.as_str());
        }
    }
    let output = pgkeel(project, &database.url(), &["auto-fix", "--apply"]);
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let what = done.join("\n");
    assert!(output.status.success(), "seed {seed}:\n{what}\n{said}");
    let after = dump(database);
    for (object, text) in &before {
        assert_eq!(Some(text), after.get(object), "seed {seed}: {object} is not back after\n{what}\n{said}");
    }
    assert_eq!(before.len(), after.len(), "seed {seed}: {what}");
    run(project, database, &["validate", "--env", "production"], 0);
}

/// Rounds per project: a few in CI, as many as wanted by hand, then also on another major than the scratch server
/// (`PGKEEL_AUTO_FIX_MAJOR`, `PGKEEL_AUTO_FIX_SCRATCH`).
fn rounds() -> usize {
    std::env::var("PGKEEL_AUTO_FIX_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(2)
}

fn major(usual: u32) -> u32 {
    std::env::var("PGKEEL_AUTO_FIX_MAJOR").map_or(usual, |text| text.parse().unwrap())
}

fn example(name: &str, major: u32) {
    let folder = repository().join("examples").join(name);
    let major = self::major(major);
    let database = Server::get(major).database();
    run(&folder, &database, &["migrate"], 0);
    for seed in 0..rounds() {
        damage_and_repair(&folder, &database, seed + usize::try_from(major).unwrap());
    }
}

#[test]
fn a_damaged_chat_backend_is_whole_again() {
    example("chat-backend", 14);
}

#[test]
fn a_damaged_salon_is_whole_again() {
    example("salon-booking", 16);
}

#[test]
fn damaged_semantic_insights_are_whole_again() {
    example("semantic-insights", 18);
}

#[test]
fn damaged_conversations_are_whole_again() {
    example("conversations", 15);
}

/// Other schemas, each on one of two majors and damaged as many times as `PGKEEL_AUTO_FIX_ROUNDS` says: those of the
/// folder `PGKEEL_AUTO_FIX_SCHEMAS`, one per `.sql` file; without it some of the differ's cases.
#[test]
fn other_damaged_schemas_are_whole_again() {
    let mut files: Vec<PathBuf> = match std::env::var("PGKEEL_AUTO_FIX_SCHEMAS") {
        Ok(folder) => std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect(),
        Err(_) => ["range-everywhere", "composite-reshaped"]
            .map(|case| repository().join("tests/diff").join(case).join("new.sql"))
            .to_vec(),
    };
    files.retain(|file| file.extension().is_some_and(|end| end == "sql"));
    files.sort();
    assert!(!files.is_empty(), "no .sql files");
    for (place, file) in files.iter().enumerate() {
        let folder = project(&[("0001_all.sql", &std::fs::read_to_string(file).unwrap())]);
        let database = Server::get(major([15, 18][place % 2])).database();
        run(folder.path(), &database, &["migrate"], 0);
        // A few of these files bring rows: a lost column without a default, of a table with rows, is no additive repair.
        database.execute(
            "DO $$ DECLARE t regclass; BEGIN FOR t IN SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace \
             WHERE relkind IN ('r', 'p') AND nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'pgkeel') LOOP \
             EXECUTE format('TRUNCATE %s CASCADE', t); END LOOP; END $$",
        );
        for seed in 0..rounds() {
            damage_and_repair(folder.path(), &database, seed);
        }
    }
}

#[test]
fn the_command_that_status_names_repairs_what_is_wholly_or_partly_missing() {
    let folder = repository().join("examples/salon-booking");
    let database = Server::get(17).database();
    run(&folder, &database, &["up"], 0);
    for damage in [
        "DROP TABLE stylists CASCADE; DROP TABLE packs CASCADE",
        "DROP INDEX idx_stylists_category; ALTER TABLE packs DROP COLUMN price_euros",
        "DROP SCHEMA public CASCADE; CREATE SCHEMA public",
        "DELETE FROM pgkeel.migrations WHERE version IN ('0002', '0004')",
        "DROP SCHEMA pgkeel CASCADE",
        "DROP SCHEMA pgkeel CASCADE; DROP TABLE packs CASCADE; DROP INDEX idx_stylists_category",
    ] {
        database.execute(damage);
        run(&folder, &database, &["status", "--check"], 1);
        let status: Value =
            serde_json::from_str(&run(&folder, &database, &["status", "--format", "json"], 0)).unwrap();
        let help = status["help"].as_str().unwrap_or_else(|| panic!("{damage}: {status:#}"));
        let command = help.split('`').nth(1).unwrap();
        let words: Vec<&str> = command.split(' ').skip(1).collect();
        assert_eq!(words, ["auto-fix", "--apply"], "{damage}: {help}");
        run(&folder, &database, &words, 0);
        run(&folder, &database, &["validate", "--env", "production"], 0);
        run(&folder, &database, &["status", "--check"], 0);
    }
}

/// A shop with rows in it.
const SHOP: &str = "CREATE TABLE customers (id serial PRIMARY KEY, email varchar(80) NOT NULL UNIQUE, name text NOT NULL, age int CHECK (age > 0));
CREATE TABLE orders (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, customer int NOT NULL REFERENCES customers, note varchar(40));
CREATE INDEX orders_by_customer ON orders (customer);
CREATE VIEW busy AS SELECT customer, count(*) AS orders, max(note) AS note FROM orders GROUP BY customer;
COMMENT ON VIEW busy IS 'who orders';";

fn shop(database: &TestDatabase<'_>) -> tempfile::TempDir {
    let folder = project(&[("0001_shop.sql", SHOP)]);
    run(folder.path(), database, &["migrate"], 0);
    database.execute(
        "INSERT INTO customers (email, name, age) SELECT 'c' || i, 'n' || i, i FROM generate_series(1, 20) i; \
         INSERT INTO orders (customer) SELECT i FROM generate_series(1, 20) i",
    );
    folder
}

#[test]
fn tables_with_rows_are_repaired_without_long_locks_and_keep_every_row() {
    let database = Server::get(17).database();
    let folder = shop(&database);
    database.execute(
        "DROP INDEX orders_by_customer; ALTER TABLE orders DROP CONSTRAINT orders_customer_fkey; DROP SEQUENCE customers_id_seq CASCADE; \
         ALTER TABLE customers ALTER name DROP NOT NULL; DROP VIEW busy; ALTER TABLE orders ALTER note TYPE varchar(10); ALTER TABLE orders DISABLE TRIGGER ALL",
    );
    database.execute("CREATE VIEW busy AS SELECT customer, count(*) AS orders, max(note) AS note FROM orders GROUP BY customer");
    let plan = run(folder.path(), &database, &["auto-fix"], 1);
    for expected in [
        "CREATE INDEX CONCURRENTLY orders_by_customer",
        "NOT VALID",
        "VALIDATE CONSTRAINT",
        "SET NOT NULL",
        "TYPE character varying(40)",
    ] {
        assert!(plan.contains(expected), "{expected}:\n{plan}");
    }
    assert!(
        database.rows("SELECT 1 FROM pg_indexes WHERE indexname = 'orders_by_customer'").is_empty(),
        "a dry run changes nothing"
    );
    database.execute("ALTER TABLE orders ENABLE TRIGGER ALL");
    let done = fix(folder.path(), &database, 0);
    assert_eq!(done["left"].as_array().unwrap().len(), 0, "{done}");
    run(folder.path(), &database, &["validate", "--strict"], 0);
    // The sequence goes on behind the keys that are there.
    database.execute("INSERT INTO customers (email, name) VALUES ('new', 'new')");
    assert_eq!(database.value("SELECT max(id) FROM customers"), "21");
    assert_eq!(database.value("SELECT count(*) FROM orders"), "20");
    let audit = database
        .value(&format!("SELECT detail FROM pgkeel.audit WHERE action = 'auto-fix' AND id = {}", done["id"]));
    let audit: Value = serde_json::from_str(&audit).unwrap();
    assert!(!audit["undo"].as_array().unwrap().is_empty() && audit["before"] != audit["after"], "{audit}");
}

#[test]
fn what_the_rows_forbid_is_left_with_the_reason_and_the_command() {
    let database = Server::get(15).database();
    let folder = shop(&database);
    database.execute(
        "ALTER TABLE orders DROP CONSTRAINT orders_customer_fkey; DELETE FROM customers WHERE id = 3; \
         ALTER TABLE customers DROP CONSTRAINT customers_email_key; UPDATE customers SET email = 'same' WHERE id < 6; \
         ALTER TABLE customers DROP COLUMN name; ALTER TABLE customers DROP CONSTRAINT customers_age_check; \
         UPDATE customers SET age = -1 WHERE id = 2; CREATE TABLE scrap (x int)",
    );
    let done = fix(folder.path(), &database, 1);
    let left = |object: &str| {
        let all = done["left"].as_array().unwrap();
        all.iter()
            .find(|left| left["object"] == object)
            .unwrap_or_else(|| panic!("{object}: {done:#}"))
            .clone()
    };
    assert!(
        left("foreign key public.orders.orders_customer_fkey")["reason"]
            .as_str()
            .unwrap()
            .starts_with("1 rows reference")
    );
    assert!(
        left("constraint public.customers.customers_email_key")["command"]
            .as_str()
            .unwrap()
            .contains("UNIQUE (email)")
    );
    assert!(left("column public.customers.name")["command"].as_str().unwrap().contains("SET NOT NULL"));
    assert!(
        left("constraint public.customers.customers_age_check")["command"]
            .as_str()
            .unwrap()
            .contains("VALIDATE")
    );
    assert_eq!(left("table public.scrap")["command"], "DROP TABLE public.scrap");
    assert_eq!(
        database.value("SELECT count(*) FROM pg_constraint WHERE NOT convalidated"),
        "2",
        "new rows are held to them"
    );
    assert_eq!(database.value("SELECT count(name) FROM customers"), "0");
    // Once a person has mended the rows, it does the rest.
    database.execute(
        "UPDATE orders SET customer = 1 WHERE customer = 3; UPDATE customers SET email = 'e' || id, age = 7, name = 'n'",
    );
    run(folder.path(), &database, &["auto-fix", "--apply"], 0);
    database.execute("DROP TABLE scrap");
    run(folder.path(), &database, &["validate", "--strict"], 0);
}

#[test]
fn an_invalid_index_is_rebuilt_and_a_constraint_validated() {
    let database = Server::get(14).database();
    let folder = project(&[(
        "0001_a.sql",
        "CREATE TABLE a (x int, y int); CREATE UNIQUE INDEX a_x ON a (x); ALTER TABLE a ADD CHECK (y > 0);",
    )]);
    run(folder.path(), &database, &["migrate"], 0);
    database.execute(
        "DROP INDEX a_x; INSERT INTO a VALUES (1, 1), (1, 2); ALTER TABLE a DROP CONSTRAINT a_y_check",
    );
    database.execute("ALTER TABLE a ADD CONSTRAINT a_y_check CHECK (y > 0) NOT VALID");
    assert!(database.psql("CREATE UNIQUE INDEX CONCURRENTLY a_x ON a (x)").is_err());
    let done = fix(folder.path(), &database, 1);
    assert!(done["left"][0]["reason"].as_str().unwrap().contains("same values"), "{done}");
    database.execute("DELETE FROM a WHERE y = 2");
    fix(folder.path(), &database, 0);
    assert_eq!(database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_x'::regclass"), "t");
    run(folder.path(), &database, &["validate", "--strict"], 0);
}

#[test]
fn a_history_that_is_gone_is_made_again_when_the_objects_prove_it() {
    let database = Server::get(16).database();
    let folder = project(&[
        ("0001_a.sql", "CREATE TABLE a (x int);"),
        ("0002_rows.sql", "INSERT INTO a VALUES (1);"),
        ("0003_b.sql", "CREATE TABLE b (x int); CREATE INDEX b_x ON b (x);"),
    ]);
    let folder = folder.path();
    run(folder, &database, &["migrate"], 0);
    // The whole history, and an object with it.
    database.execute("DROP SCHEMA pgkeel CASCADE; DROP INDEX b_x");
    let done = fix(folder, &database, 0);
    assert_eq!(done["history"]["stamp"], serde_json::json!(["0001", "0002", "0003"]), "{done}");
    run(folder, &database, &["status", "--check"], 0);
    run(folder, &database, &["validate", "--strict"], 0);
    // One row of it.
    database.execute("DELETE FROM pgkeel.migrations WHERE version = '0003'");
    let done = fix(folder, &database, 0);
    assert_eq!(done["history"]["stamp"], serde_json::json!(["0003"]));
    // Objects that contradict it prove nothing.
    database.execute("DELETE FROM pgkeel.migrations WHERE version = '0003'; DROP INDEX b_x; ALTER TABLE b ALTER x TYPE bigint");
    fix(folder, &database, 0);
    assert_eq!(database.value("SELECT count(*) FROM pgkeel.migrations"), "2");
    // Nothing but the history.
    let database = Server::get(16).database();
    run(folder, &database, &["migrate"], 0);
    database.execute("DROP TABLE a, b");
    fix(folder, &database, 0);
    run(folder, &database, &["validate", "--strict"], 0);
    run(folder, &database, &["auto-fix"], 0);
}

#[test]
fn a_pending_migration_is_not_run_by_a_repair() {
    let database = Server::get(17).database();
    let folder = project(&[("0001_a.sql", "CREATE TABLE a (x int);")]);
    run(folder.path(), &database, &["migrate"], 0);
    std::fs::write(folder.path().join("migrations/0002_b.sql"), "CREATE TABLE b (x int);").unwrap();
    run(folder.path(), &database, &["auto-fix", "--apply"], 0);
    assert_eq!(database.value("SELECT to_regclass('b') IS NULL"), "t");
}

#[test]
fn migrations_that_leave_no_object_are_known_by_the_whole_schema() {
    let database = Server::get(17).database();
    let folder = project(&[
        ("0001_a.sql", "CREATE TABLE a (x int); CREATE TABLE b (x int);"),
        ("0002_grants.sql", "GRANT SELECT ON a, b TO pg_monitor; COMMENT ON TABLE b IS 'granted';"),
        ("0003_rows.sql", "INSERT INTO a VALUES (1);"),
    ]);
    let folder = folder.path();
    run(folder, &database, &["migrate"], 0);
    database.execute("DROP SCHEMA pgkeel CASCADE; DROP TABLE b");
    let done = fix(folder, &database, 0);
    // Of rows nothing tells whether they were written.
    assert_eq!(done["history"]["stamp"], serde_json::json!(["0001", "0002"]), "{done}");
    assert_eq!(database.value("SELECT has_table_privilege('pg_monitor', 'b', 'SELECT')"), "t");
    run(folder, &database, &["validate", "--strict"], 0);
}

#[test]
fn a_key_that_is_made_anew_leaves_the_rows_unchecked_and_the_rest_done() {
    let database = Server::get(16).database();
    let folder = project(&[(
        "0001_a.sql",
        "CREATE TABLE a (id serial PRIMARY KEY, x int); CREATE INDEX a_x ON a (x);
         CREATE TABLE b (a int REFERENCES a); CREATE TABLE c (x int);",
    )]);
    let folder = folder.path();
    run(folder, &database, &["migrate"], 0);
    database.execute(
        "INSERT INTO a (x) VALUES (1), (2); DELETE FROM a WHERE x = 1; INSERT INTO b VALUES (2);
         ALTER TABLE a DROP COLUMN id CASCADE; DROP INDEX a_x; DROP TABLE c",
    );
    let done = fix(folder, &database, 1);
    assert_eq!(done["left"][0]["object"], "foreign key public.b.b_a_fkey", "{done:#}");
    assert_eq!(database.value("SELECT convalidated FROM pg_constraint WHERE conname = 'b_a_fkey'"), "f");
    assert_eq!(database.value("SELECT count(*) FROM pg_class WHERE relname IN ('a_x', 'c')"), "2");
}

#[test]
fn init_makes_a_baseline_of_a_live_database_and_records_it() {
    let database = Server::get(15).database();
    database.execute(SHOP);
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &database, &["init"], 0);
    run(folder.path(), &database, &["status", "--check"], 0);
    run(folder.path(), &database, &["validate", "--strict"], 0);
    run(folder.path(), &database, &["validate", "--strict", "--against", "snapshot"], 0);
    // A new database gets from it what the old one has.
    let fresh = Server::get(15).database();
    run(folder.path(), &fresh, &["migrate"], 0);
    assert_eq!(dump(&fresh), dump(&database));
    // A second time there is nothing to do.
    run(folder.path(), &database, &["init"], 0);
    assert_eq!(database.value("SELECT count(*) FROM pgkeel.migrations"), "1");
}

#[test]
fn validate_says_since_when_it_was_true_and_what_repairs_it() {
    let database = Server::get(16).database();
    let folder = project(&[
        ("0001_a.sql", "CREATE TABLE a (x int);"),
        ("0002_index.sql", "CREATE INDEX a_x ON a (x);"),
        ("0003_wider.sql", "ALTER TABLE a ADD COLUMN y varchar(20);"),
    ]);
    run(folder.path(), &database, &["migrate"], 0);
    database.execute("DROP INDEX a_x; ALTER TABLE a ALTER y TYPE varchar(30)");
    let text = run(folder.path(), &database, &["validate", "--format", "json", "--env", "production"], 1);
    let document: Value = serde_json::from_str(&text).unwrap();
    let findings = document["findings"].as_array().unwrap();
    let of = |object: &str| findings.iter().find(|finding| finding["object"] == object).unwrap();
    let index = of("index public.a_x");
    assert!(index["help"].as_str().unwrap().contains("0002_index"), "{index}");
    assert!(index["fix"].to_string().contains("CREATE INDEX"), "{index}");
    assert!(of("column public.a.y")["help"].as_str().unwrap().contains("0003_wider"));
    let text = run(folder.path(), &database, &["validate"], 0);
    assert!(text.contains("migration 0002 is recorded as applied: index public.a_x is missing"), "{text}");
    // Against what the last run recorded no scratch database is needed.
    let text = run(folder.path(), &database, &["validate", "--against", "snapshot", "--strict"], 1);
    assert!(text.contains("index public.a_x is missing"), "{text}");
}

/// The scratch server is three versions behind: the recorded schema says what is missing, and what that server can hold is
/// repaired.
#[test]
fn what_an_older_scratch_server_cannot_hold_is_left_and_the_rest_repaired() {
    let (database, scratch) = (Server::get(18).database(), Server::get(15).database());
    let folder = project(&[(
        "0001_a.sql",
        "CREATE TABLE a (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id * 2) VIRTUAL);\n\
         CREATE TABLE b (id int PRIMARY KEY, a int CONSTRAINT b_a REFERENCES a NOT ENFORCED, x int \
         CONSTRAINT positive CHECK (x > 0) NOT ENFORCED);\nCREATE TABLE c (id int, v int GENERATED ALWAYS AS (1) VIRTUAL);\n\
         CREATE INDEX b_by_a ON b (a);\nCREATE VIEW w AS SELECT id FROM b;\nCREATE VIEW t AS SELECT twice FROM a;",
    )]);
    run(folder.path(), &database, &["migrate"], 0);
    let before = dump(&database);
    database.execute("DROP INDEX b_by_a; DROP VIEW w, t; DROP TABLE c; ALTER TABLE b DROP CONSTRAINT b_a");
    let run_here = |arguments: &[&str], code: i32| {
        let output = pgkeel_with(folder.path(), &database.url(), &scratch.url(), arguments);
        let said =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{said}");
        (String::from_utf8_lossy(&output.stdout).into_owned(), said)
    };
    let (_, said) = run_here(&["validate", "--strict"], 1);
    for expected in
        ["the last run recorded", "PostgreSQL 18", "--scratch-url", "index public.b_by_a is missing"]
    {
        assert!(said.contains(expected), "{expected}:\n{said}");
    }
    let (document, _) = run_here(&["auto-fix", "--apply", "--format", "json"], 1);
    let document: Value = serde_json::from_str(&document).unwrap();
    let left: Vec<&str> =
        document["left"].as_array().unwrap().iter().filter_map(|left| left["object"].as_str()).collect();
    assert_eq!(left, ["table public.c", "view public.t", "foreign key public.b.b_a"], "{document:#}");
    let reason = &document["left"][2]["reason"];
    assert!(reason.as_str().unwrap().contains("PostgreSQL 15 has no NOT ENFORCED"), "{reason}");
    // The commands that it names do the rest.
    for left in document["left"].as_array().unwrap() {
        database.execute(left["command"].as_str().unwrap());
    }
    assert_eq!(before, dump(&database));
    run_here(&["validate", "--strict"], 0);
}
