//! The four example projects, end to end, by the binary as a user calls it: on every major and on the embedded engine.
#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test speaks")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use pgkeel_testkit::TestDatabase;
use serde_json::Value;

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name)
}

/// A folder with all that is in it.
fn copy_tree(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        match path.is_dir() {
            // A database that somebody's `up` keeps there is no part of the example.
            true if entry.file_name() == ".pgkeel" => {}
            true => copy_tree(&path, &target),
            false => std::fs::copy(&path, &target).map(drop).unwrap(),
        }
    }
}

fn pgkeel(project: &Path, database: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pgkeel"));
    command
        .args(arguments)
        .arg("--project")
        .arg(project)
        .args(["--database", database])
        .env_remove("DATABASE_URL")
        .env_remove("PGKEEL_ENV")
        .env_remove("PGKEEL_SCRATCH_URL");
    if !database.starts_with("embedded:") {
        // The same server as the database's, so that views are written the same.
        command.env("PGKEEL_SCRATCH_URL", database);
    }
    command.output().unwrap()
}

fn json(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{:?}\n{text}\n{error}", output.status);
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

/// `up` twice: the first one does everything, the second one nothing.
fn up_twice(project: &Path, database: &str, migrations: usize, rows: u64) {
    let first = json(&pgkeel(project, database, &["up", "--format", "json"]));
    assert_eq!(first["migrations"]["applied"].as_array().unwrap().len(), migrations);
    assert_eq!(sum(&first, "created"), rows, "{first}");
    assert_eq!(grave(&first), 0, "{first}");
    let second = json(&pgkeel(project, database, &["up", "--format", "json"]));
    assert_eq!(second["migrations"]["applied"].as_array().unwrap().len(), 0);
    assert_eq!((sum(&second, "created"), sum(&second, "updated")), (0, 0), "{second}");
    assert_eq!(grave(&second), 0, "{second}");
}

fn sum(document: &Value, count: &str) -> u64 {
    document["seeds"].as_array().unwrap().iter().map(|seed| seed[count].as_u64().unwrap()).sum()
}

/// Findings above a warning.
fn grave(document: &Value) -> usize {
    let bad = |finding: &&Value| finding["severity"] != "warning" && finding["severity"] != "info";
    document["findings"].as_array().unwrap().iter().filter(bad).count()
}

fn columns(database: &TestDatabase<'_>, table: &str) -> String {
    database.value(&format!(
        "SELECT count(*) FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped"
    ))
}

fn indexes(database: &TestDatabase<'_>, table: &str) -> String {
    database
        .value(&format!("SELECT count(*) FROM pg_index WHERE indrelid = '{table}'::regclass AND indisvalid"))
}

fn chat_backend(database: &TestDatabase<'_>) {
    up_twice(&example("chat-backend"), &database.url(), 8, 15);
    assert_eq!(
        (columns(database, "chat_sessions"), columns(database, "chat_messages")),
        ("18".into(), "15".into())
    );
    assert_eq!(indexes(database, "chat_sessions"), "13");
    let views =
        "SELECT string_agg(viewname, ' ' ORDER BY viewname) FROM pg_views WHERE schemaname = 'public'";
    assert_eq!(
        database.value(views),
        "v_intent_statistics v_recent_unresolved_sessions v_session_statistics v_user_statistics"
    );
}

fn salon_booking(database: &TestDatabase<'_>) {
    up_twice(&example("salon-booking"), &database.url(), 8, 29);
    for (table, rows) in
        [("stylists", "5"), ("services", "15"), ("packs", "2"), ("policies", "7"), ("customers", "0")]
    {
        assert_eq!(database.value(&format!("SELECT count(*) FROM {table}")), rows, "{table}");
    }
    assert_eq!(
        database.value(
            "SELECT count(*) FROM pg_class c WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        ),
        "7"
    );
    assert!(
        database
            .value("SELECT pg_get_indexdef('idx_services_name_trgm'::regclass)")
            .contains("gin (name gin_trgm_ops)")
    );
}

fn semantic_insights(database: &TestDatabase<'_>) {
    up_twice(&example("semantic-insights"), &database.url(), 24, 25);
    assert_eq!(columns(database, "\"SavedInsights\""), "17");
    assert_eq!(
        database.value(
            "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '\"ConversationThreads\"'::regclass \
             AND attname = 'customerId'"
        ),
        "uuid"
    );
    assert_eq!(
        database.value("SELECT count(*) FROM pg_trigger WHERE tgname = 'trigger_update_thread_timestamp' AND tgenabled = 'O'"),
        "1"
    );
}

fn conversations(database: &TestDatabase<'_>) {
    let project = example("conversations");
    up_twice(&project, &database.url(), 7, 11);
    assert_eq!(
        database.value(
            "SELECT count(*) FROM pg_class WHERE relname IN ('conversations', 'messages') AND relrowsecurity AND \
             relforcerowsecurity"
        ),
        "2"
    );
    // What the project itself says must hold: persistence, order, isolation, each tried for real.
    let mut checks: Vec<PathBuf> =
        std::fs::read_dir(project.join("checks")).unwrap().map(|entry| entry.unwrap().path()).collect();
    checks.retain(|path| path.extension().is_some_and(|ending| ending == "sql"));
    checks.sort();
    assert!(checks.len() >= 4, "{checks:?}");
    for check in checks {
        let script = std::fs::read_to_string(&check).unwrap();
        if let Err(error) = database.psql(&script) {
            panic!("{}: {error}", check.display());
        }
    }
}

pgkeel_testkit::per_major! {
    // One after the other: their roles belong to the whole cluster.
    fn all_four_projects(server) {
        chat_backend(&server.database());
        salon_booking(&server.database());
        semantic_insights(&server.database());
        conversations(&server.database());
    }
}

/// A kept embedded database, as `up` makes it when nobody names another.
fn embedded(name: &str, migrations: usize, rows: u64) {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("embedded:{}", folder.path().join("database").display());
    up_twice(&example(name), &database, migrations, rows);
}

#[test]
fn embedded_chat_backend() {
    embedded("chat-backend", 8, 15);
}

#[test]
fn embedded_salon_booking() {
    embedded("salon-booking", 8, 29);
}

#[test]
fn embedded_semantic_insights() {
    embedded("semantic-insights", 24, 25);
}

#[test]
fn embedded_conversations() {
    embedded("conversations", 7, 11);
}

#[test]
fn two_projects_share_a_database_under_two_namespaces() {
    let database = pgkeel_testkit::Server::get(16).database();
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path();
    std::fs::create_dir(other.join("migrations")).unwrap();
    std::fs::write(other.join("pgkeel.toml"), "").unwrap();
    std::fs::write(other.join("migrations/0001_a.sql"), "CREATE SCHEMA other; CREATE TABLE other.a (x int);")
        .unwrap();
    json(&pgkeel(&example("salon-booking"), &database.url(), &["migrate", "--format", "json"]));
    let mistaken = pgkeel(other, &database.url(), &["migrate"]);
    let said = String::from_utf8_lossy(&mistaken.stderr).into_owned();
    assert_eq!(mistaken.status.code(), Some(4), "{said}");
    assert!(said.contains("of another project") && said.contains("history_namespace"), "{said}");
    std::fs::write(other.join("pgkeel.toml"), "[migrations]\nhistory_namespace = \"other_app\"\n").unwrap();
    let second = json(&pgkeel(other, &database.url(), &["migrate", "--format", "json"]));
    assert_eq!(second["applied"].as_array().unwrap().len(), 1);
    assert_eq!(database.value("SELECT count(*) FROM pgkeel.migrations"), "8");
    assert_eq!(database.value("SELECT count(*) FROM other_app.migrations"), "1");
    let status =
        json(&pgkeel(&example("salon-booking"), &database.url(), &["status", "--check", "--format", "json"]));
    assert_eq!(status["at_head"], true);
    // Neither the other history nor what it vouches for is a difference.
    let found = pgkeel(other, &database.url(), &["validate", "--strict"]);
    let said = String::from_utf8_lossy(&found.stderr).into_owned();
    assert!(found.status.success() && said.contains("history is in namespace pgkeel"), "{found:?}");
}

#[test]
fn two_examples_in_one_database_are_clean_and_what_nobody_vouches_for_is_found() {
    let server = pgkeel_testkit::Server::get(17);
    let database = server.database();
    database.execute("CREATE TABLE public.there_before (x int)");
    let folder = tempfile::tempdir().unwrap();
    let copies = ["conversations", "salon-booking"].map(|name| {
        let copy = folder.path().join(name);
        copy_tree(&example(name), &copy);
        let path = copy.join("pgkeel.toml");
        let config = std::fs::read_to_string(&path).unwrap();
        let line = format!("[migrations]\nhistory_namespace = \"keel_{}\"\n", name.replace('-', "_"));
        std::fs::write(path, config.replace("[migrations]\n", &line)).unwrap();
        copy
    });
    let text = |project: &Path, arguments: &[&str]| {
        let output = pgkeel(project, &database.url(), arguments);
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        (output.status.code(), text.concat())
    };
    for copy in copies.iter().chain(&copies) {
        let (code, said) = text(copy, &["up"]);
        assert_eq!(code, Some(0), "{said}");
        assert!(!said.contains("not as the last run left it"), "{said}");
    }
    // It was there before either: nobody vouches for it, whoever came second.
    for copy in &copies {
        let (code, said) = text(copy, &["validate", "--strict"]);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("table public.there_before exists") && said.contains("1 to look at"), "{said}");
    }
    database.execute("DROP TABLE public.there_before");
    for (copy, other) in [(&copies[0], "keel_salon_booking"), (&copies[1], "keel_conversations")] {
        let (code, said) = text(copy, &["validate", "--strict"]);
        assert!(code == Some(0) && said.contains(other), "{said}");
        let (code, said) = text(copy, &["up", "--strict"]);
        assert_eq!(code, Some(0), "{said}");
        let (code, said) = text(copy, &["status", "--check"]);
        assert!(code == Some(0) && said.contains("equals"), "{said}");
        let (code, said) = text(copy, &["drift"]);
        assert_eq!(code, Some(0), "{said}");
        let (code, said) = text(copy, &["auto-fix"]);
        assert_eq!(code, Some(0), "{said}");
    }
    database.execute("CREATE TABLE public.rogue (x int)");
    for copy in &copies {
        let (code, said) = text(copy, &["validate", "--strict"]);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("table public.rogue exists") && said.contains("1 to look at"), "{said}");
        let (_, said) = text(copy, &["health-check"]);
        assert!(said.contains("table public.rogue") && !said.contains("table public.appointments"), "{said}");
    }
    // A mistaken namespace is told by those that are there.
    std::fs::write(copies[1].join("pgkeel.toml"), "[migrations]\nhistory_namespace = \"mistaken\"\n")
        .unwrap();
    let (_, said) = text(&copies[1], &["status"]);
    assert!(said.contains("keel_salon_booking") && !said.contains("stamp"), "{said}");
}

#[test]
fn an_unavailable_extension_stops_the_salon_before_anything_is_changed() {
    let server = pgkeel_testkit::Server::get(15);
    let database = server.database();
    let role = server.unique_name("salon");
    // A role that may create tables but no extension: pg_trgm is trusted, so the right to create is taken away.
    server.execute(&format!("CREATE ROLE {role} LOGIN"));
    database.execute(&format!("GRANT ALL ON SCHEMA public TO {role}"));
    let output = pgkeel(&example("salon-booking"), &database.url_as(&role), &["up"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains("uuid-ossp") && said.contains("0001_install_extensions.up.sql:"), "{said}");
    assert!(said.contains("CREATE EXTENSION"), "{said}");
    assert_eq!(
        database.value("SELECT to_regnamespace('pgkeel') IS NULL AND to_regclass('stylists') IS NULL"),
        "t"
    );
    database.execute(&format!("REVOKE ALL ON SCHEMA public FROM {role}; DROP ROLE {role}"));
}
