//! Histories that do not say what is there, as a user meets them: each is told, with the command that mends it.
#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test speaks")]

use std::path::Path;
use std::process::Command;

use pgkeel_testkit::binary::{self, project, words};
use pgkeel_testkit::{Server, TestDatabase};

fn command(project: &Path, database: &TestDatabase<'_>, arguments: &[&str]) -> Command {
    let mut command = binary::command(env!("CARGO_BIN_EXE_pgkeel"), project, arguments);
    command.args(["--database", &database.url()]).env("PGKEEL_SCRATCH_URL", database.url());
    command
}

/// What it said, after it ended as expected.
#[track_caller]
fn says(project: &Path, database: &TestDatabase<'_>, arguments: &[&str], code: i32) -> String {
    let output = command(project, database, arguments).output().unwrap();
    let words = words(&output);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {words}");
    words
}

const FILES: &[(&str, &str)] = &[
    ("0001_a.sql", "CREATE TABLE a (x int PRIMARY KEY);"),
    ("0002_b.sql", "CREATE TABLE b (x int REFERENCES a);\nCREATE INDEX b_x ON b (x);"),
];

#[test]
fn h7_a_history_without_its_tables_is_told_and_mended() {
    let database = Server::get(15).database();
    let project = project(FILES);
    says(project.path(), &database, &["migrate"], 0);
    database.execute("DROP TABLE b, a");
    let status = says(project.path(), &database, &["status", "--check"], 1);
    assert!(status.contains("table a") && status.contains("table b"), "{status}");
    let validation = says(project.path(), &database, &["validate", "--strict"], 1);
    assert!(validation.contains("public.a") && validation.contains("public.b"), "{validation}");
    // Migrating does not pretend: nothing is pending, and it changes nothing.
    says(project.path(), &database, &["migrate"], 0);
    assert_eq!(database.value("SELECT to_regclass('a') IS NULL"), "t");
    says(project.path(), &database, &["auto-fix", "--apply"], 0);
    says(project.path(), &database, &["validate", "--strict"], 0);
    says(project.path(), &database, &["status", "--check"], 0);
}

#[test]
fn h10_a_history_row_whose_objects_were_not_restored_is_told_and_mended() {
    let database = Server::get(17).database();
    let project = project(FILES);
    says(project.path(), &database, &["migrate"], 0);
    // A partial restore: the history of now, the objects of before.
    database.execute("DROP TABLE b");
    let status = says(project.path(), &database, &["status", "--check"], 1);
    assert!(status.contains("table b") && !status.contains("table a"), "{status}");
    says(project.path(), &database, &["auto-fix", "--apply"], 0);
    says(project.path(), &database, &["status", "--check"], 0);
    assert_eq!(database.value("SELECT to_regclass('b_x') IS NOT NULL"), "t");
}

#[test]
fn h9_a_history_in_another_namespace_is_named() {
    let database = Server::get(16).database();
    let project = project(FILES);
    std::fs::write(project.path().join("pgkeel.toml"), "[migrations]\nhistory_namespace = \"ops\"\n")
        .unwrap();
    says(project.path(), &database, &["migrate"], 0);
    std::fs::write(project.path().join("pgkeel.toml"), "").unwrap();
    let refused = says(project.path(), &database, &["migrate"], 4);
    assert!(refused.contains("history_namespace = \"ops\""), "{refused}");
    assert_eq!(database.value("SELECT to_regnamespace('pgkeel') IS NULL"), "t", "nothing was changed");
    // Two that are meant to be two: each counts for itself.
    let other = self::project(&[("0001_z.sql", "CREATE TABLE z (x int);")]);
    says(other.path(), &database, &["migrate"], 0);
    std::fs::write(project.path().join("pgkeel.toml"), "[migrations]\nhistory_namespace = \"ops\"\n")
        .unwrap();
    says(project.path(), &database, &["status", "--check"], 0);
    says(other.path(), &database, &["status", "--check"], 0);
}

#[test]
fn s23_what_if_not_exists_passed_over_is_found_by_looking() {
    let database = Server::get(17).database();
    let project = project(&[("0001_a.sql", "CREATE SCHEMA IF NOT EXISTS app;")]);
    says(project.path(), &database, &["migrate"], 0);
    database.execute("CREATE TABLE app.a (id text, extra int)");
    let file = "CREATE TABLE IF NOT EXISTS app.a (id bigint PRIMARY KEY, name text NOT NULL);";
    std::fs::write(project.path().join("migrations/0002_b.sql"), file).unwrap();
    let applied = says(project.path(), &database, &["migrate"], 0);
    assert!(applied.contains("already exists, skipping"), "the server's notice is shown: {applied}");
    let validation = says(project.path(), &database, &["validate", "--strict"], 1);
    for difference in ["app.a.name", "app.a.id", "app.a.extra"] {
        assert!(validation.contains(difference), "{difference}: {validation}");
    }
    let up = says(project.path(), &database, &["up", "--strict"], 1);
    assert!(up.contains("app.a.name"), "one command that verifies what it made: {up}");
}

#[test]
fn n16_only_the_servers_clock_is_written() {
    let database = Server::get(15).database();
    let project = project(&[
        ("0001_a.sql", "SELECT pg_sleep(0.2);"),
        ("0002_b.sql", "CREATE TABLE b (x int); VACUUM b;"),
    ]);
    database.execute(&format!("ALTER DATABASE {} SET timezone = 'Asia/Kathmandu'", database.name()));
    let before = database.value("SELECT extract(epoch FROM clock_timestamp())");
    let mut run = command(project.path(), &database, &["migrate"]);
    // A machine in another zone, whose clock, for what reads it there, began in 1970.
    let output = run.env("TZ", "Pacific/Kiritimati").env("SOURCE_DATE_EPOCH", "0").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    let columns = [
        ("migrations", "applied_at"),
        ("audit", "at"),
        ("journal", "started_at"),
        ("about", "created_at"),
        ("snapshots", "taken_at"),
    ];
    for (table, column) in columns {
        let outside = format!(
            "SELECT count(*) FROM pgkeel.{table} WHERE extract(epoch FROM {column}) NOT BETWEEN {before} AND extract(epoch \
             FROM clock_timestamp())"
        );
        assert_eq!(database.value(&outside), "0", "{table}.{column}");
    }
    let duration = "SELECT duration_ms BETWEEN 200 AND 60000 FROM pgkeel.migrations WHERE version = '0001'";
    assert_eq!(database.value(duration), "t");
    // Whatever clocks and zones people have, they are shown the same moment.
    let mut log = command(project.path(), &database, &["log", "--format", "json"]);
    let log = words(&log.env("TZ", "America/Anchorage").output().unwrap());
    let at = database.value(
        "SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI') FROM pgkeel.audit WHERE target = '0001'",
    );
    assert!(log.contains(&at), "{at}: {log}");
}
