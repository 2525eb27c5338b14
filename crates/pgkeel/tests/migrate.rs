//! `migrate` on real servers: what is applied, what is recorded, what an error says, how many round trips it takes.

#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test speaks")]

use std::path::Path;
use std::time::Duration;

use pgkeel::apply::RunOptions;
use pgkeel::database::{ConnectOptions, Target};
use pgkeel::discover;
use pgkeel::migrate::{Job, Report};
use pgkeel::store::Store;
use pgkeel::{Error, database};
use pgkeel_core::pending::Wish;
use pgkeel_testkit::{Proxy, Server};

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

async fn migrate(url: &str, folder: &Path) -> Result<Report, Error> {
    let migrations = discover::migrations(folder, Path::new("migrations"))?;
    let target = Target::parse(url).unwrap();
    let job = Job {
        target: &target,
        connect: ConnectOptions::default(),
        folder,
        migrations: &migrations,
        embedded: false,
        store: &Store::new("pgkeel"),
        wish: Wish::default(),
        lock_wait: Duration::from_secs(30),
        run: RunOptions::default(),
        observe: &|_| {},
    };
    job.migrate().await
}

pgkeel_testkit::per_major! {
    async fn applies_and_records_and_then_has_nothing_to_do(server) {
        let database = server.database();
        let files = folder(&[
            (
                "0001_users.sql",
                "CREATE TABLE users (id int PRIMARY KEY);\n-- pgkeel:down\nDROP TABLE users;\n",
            ),
            ("0002_data.sql", "COPY users FROM stdin;\n1\n2\n\\.\nINSERT INTO users VALUES (3);\n"),
            (
                "0003_index.sql",
                "ALTER TABLE users ADD n int;\nCREATE INDEX CONCURRENTLY users_n ON users (n);\nCOMMENT ON TABLE users IS 'x';\n",
            ),
        ]);
        let report = migrate(&database.url(), files.path()).await.unwrap();
        assert_eq!(report.applied.len(), 3);
        assert_eq!(database.value("SELECT count(*) FROM users"), "3");
        assert_eq!(
            database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'users_n'::regclass"),
            "t"
        );
        assert_eq!(
            database.value(
                "SELECT string_agg(version || ' ' || outcome, ',' ORDER BY version) FROM pgkeel.migrations"
            ),
            "0001 applied,0002 applied,0003 applied"
        );
        assert_eq!(
            database.value("SELECT down_script FROM pgkeel.migrations WHERE version = '0001'").trim(),
            "DROP TABLE users;"
        );
        let again = migrate(&database.url(), files.path()).await.unwrap();
        assert_eq!((again.applied.len(), again.already_applied), (0, 3));
    }
}

#[tokio::test]
async fn an_error_points_at_the_word_and_leaves_nothing_behind() {
    let database = Server::get(15).database();
    let mut text = String::from("\u{feff}");
    for line in 1..=200 {
        let sql =
            if line == 137 { "  SELECT 'é', nope FROM t;" } else { "CREATE TABLE IF NOT EXISTS t (a int);" };
        text.push_str(sql);
        text.push_str("\r\n");
    }
    let files = folder(&[("0001_ok.sql", "CREATE TABLE before (a int);"), ("0002_bad.sql", &text)]);
    let error = migrate(&database.url(), files.path()).await.unwrap_err();
    let Error::Statement(statement) = &error else { panic!("{error:?}") };
    assert_eq!((statement.position.line, statement.position.column, statement.exact), (137, 15, true));
    assert_eq!(statement.sqlstate.as_deref(), Some("42703"));
    let shown = error.to_string();
    assert!(shown.contains("0002_bad.sql:137:15"), "{shown}");
    assert!(shown.contains("137 |   SELECT 'é', nope FROM t;\n    |               ^"), "{shown}");
    assert!(shown.contains("Applied before it: 0001_ok"), "{shown}");
    assert_eq!(database.value("SELECT to_regclass('t') IS NULL AND to_regclass('before') IS NOT NULL"), "t");
    assert_eq!(database.value("SELECT count(*) FROM pgkeel.migrations"), "1");
}

#[tokio::test]
async fn an_error_without_a_word_points_at_its_statement() {
    let database = Server::get(16).database();
    let files = folder(&[(
        "1_x.sql",
        "CREATE TABLE t (a int CHECK (a > 0));\nSELECT 1;\n\n  INSERT INTO t\n  VALUES (-1);\n",
    )]);
    let error = migrate(&database.url(), files.path()).await.unwrap_err();
    let Error::Statement(statement) = &error else { panic!("{error:?}") };
    assert_eq!((statement.position.line, statement.position.column), (4, 3));
    assert!(statement.detail.as_deref().unwrap_or_default().contains("-1"), "{error}");
}

#[tokio::test]
async fn settings_roles_and_temporary_objects_never_reach_the_next_migration() {
    let database = Server::get(17).database();
    let role = format!("{}_role", database.name());
    let first = format!(
        "CREATE ROLE {role}; GRANT CREATE ON SCHEMA public TO {role}; SET TimeZone = 'Europe/Madrid'; \
         SET search_path = pg_catalog; SET statement_timeout = '1h'; CREATE TEMP TABLE left_over (a int); \
         PREPARE p AS SELECT 1; SET SESSION AUTHORIZATION {role}; SET ROLE {role};"
    );
    let second = "CREATE TABLE seen AS SELECT current_setting('TimeZone') AS zone, current_setting('search_path') AS path, \
         current_setting('statement_timeout') AS timeout, current_user AS who, to_regclass('left_over') IS NULL AS clean, \
         (SELECT count(*) FROM pg_prepared_statements) AS prepared;";
    let files = folder(&[("1_a.sql", first.as_str()), ("2_b.sql", second)]);
    migrate(&database.url(), files.path()).await.unwrap();
    assert_eq!(
        database.value("SELECT zone <> 'Europe/Madrid' AND path LIKE '%public%' AND timeout = '0' AND who = 'postgres' AND clean AND prepared = 0 FROM seen"),
        "t"
    );
    assert_eq!(
        database.value("SELECT string_agg(DISTINCT applied_by, ',') FROM pgkeel.migrations"),
        "postgres"
    );
    database.execute(&format!("REVOKE ALL ON SCHEMA public FROM {role}; DROP ROLE {role}"));
}

#[tokio::test]
async fn a_run_costs_one_round_trip_per_migration_and_a_constant() {
    let server = Server::get(15);
    let trips = async |count: usize| {
        let database = server.database();
        let files: Vec<(String, String)> = (1..=count)
            .map(|n| {
                let text = format!("CREATE TABLE t{n} (id int PRIMARY KEY);\nCREATE INDEX ON t{n} (id);\nCOMMENT ON TABLE t{n} IS 'x';\n");
                (format!("{n:04}_t.sql"), text)
            })
            .collect();
        let files: Vec<(&str, &str)> =
            files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let files = folder(&files);
        let proxy = Proxy::start(&database);
        // Longer than a busy machine lets pass between two messages that are sent together.
        proxy.set_latency(Duration::from_millis(20));
        migrate(&proxy.url(database.name()), files.path()).await.unwrap();
        proxy.traffic()
    };
    let (few, many) = (trips(10).await, trips(60).await);
    let more = many.ready_for_query - few.ready_for_query;
    assert!(more <= 50, "50 more migrations were waited for {more} more times");
    // Encryption offered, start-up, capabilities, lock, history, checks, the history created; the schema read in two and
    // recorded. What is sent together counts twice when a busy machine lets time pass in between.
    for (count, traffic) in [(10, few), (60, many)] {
        let trips = traffic.round_trips;
        assert!(trips <= count + 12, "{count} migrations took {trips} round trips");
    }
}

#[tokio::test]
async fn fifty_runners_at_once_all_succeed_and_apply_once() {
    let database = Server::get(18).database();
    let files = folder(&[
        ("1_a.sql", "CREATE TABLE a (x int);"),
        ("2_b.sql", "CREATE INDEX CONCURRENTLY a_x ON a (x);"),
        ("3_c.sql", "CREATE TABLE c (x int);"),
    ]);
    let url = database.url();
    let runs = (0..50).map(|_| migrate(&url, files.path()));
    let reports = futures_util::future::join_all(runs).await;
    let applied: usize = reports.into_iter().map(|report| report.unwrap().applied.len()).sum();
    assert_eq!(applied, 3);
    assert_eq!(database.value("SELECT count(*) FROM pgkeel.migrations WHERE outcome = 'applied'"), "3");
    assert_eq!(database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_x'::regclass"), "t");
}

#[tokio::test]
async fn a_large_file_is_streamed() {
    let database = Server::get(15).database();
    let mut text = String::from("CREATE TABLE big (a int, b text);\n");
    for n in 0..60_000 {
        text.push_str(&format!("INSERT INTO big VALUES ({n}, '{}');\n", "x".repeat(60)));
    }
    text.push_str("COPY big FROM stdin;\n");
    for n in 0..60_000 {
        text.push_str(&format!("{n}\t{}\n", "y".repeat(20)));
    }
    text.push_str("\\.\n");
    assert!(text.len() > 6 * 1024 * 1024);
    let files = folder(&[("1_big.sql", &text)]);
    migrate(&database.url(), files.path()).await.unwrap();
    assert_eq!(database.value("SELECT count(*) FROM big"), "120000");
}

#[tokio::test]
async fn a_changed_a_missing_and_a_late_migration_are_refused_with_the_command_that_helps() {
    let database = Server::get(14).database();
    let first = folder(&[("1_a.sql", "CREATE TABLE a (x int);"), ("5_e.sql", "CREATE TABLE e (x int);")]);
    migrate(&database.url(), first.path()).await.unwrap();
    let crlf = folder(&[
        ("1_a.sql", "-- a comment\r\nCREATE TABLE a (x int);\r\n"),
        ("5_e.sql", "CREATE TABLE e (x int);"),
    ]);
    migrate(&database.url(), crlf.path()).await.unwrap();
    for (files, words) in [
        (
            folder(&[("1_a.sql", "CREATE TABLE a (x bigint);"), ("5_e.sql", "CREATE TABLE e (x int);")]),
            "history accept 1",
        ),
        (folder(&[("1_a.sql", "CREATE TABLE a (x int);")]), "history forget 5"),
        (
            folder(&[
                ("1_a.sql", "CREATE TABLE a (x int);"),
                ("3_c.sql", "SELECT 1"),
                ("5_e.sql", "CREATE TABLE e (x int);"),
            ]),
            "--allow-out-of-order",
        ),
    ] {
        let error = migrate(&database.url(), files.path()).await.unwrap_err();
        assert!(error.help().unwrap_or_default().contains(words), "{error:?}");
    }
}

#[tokio::test]
async fn objects_without_a_history_stop_the_first_run() {
    let database = Server::get(15).database();
    database.execute("CREATE TABLE a (x int)");
    let files = folder(&[("1_a.sql", "CREATE TABLE a (x int);"), ("2_b.sql", "CREATE TABLE b (x int);")]);
    let error = migrate(&database.url(), files.path()).await.unwrap_err();
    assert!(error.to_string().contains("1 of the 2 tables"), "{error}");
    assert_eq!(database.value("SELECT to_regnamespace('pgkeel') IS NULL"), "t");
}

#[tokio::test]
async fn a_missing_extension_is_found_before_anything_is_changed() {
    let database = Server::get(15).database();
    let files = folder(&[
        ("1_a.sql", "CREATE TABLE s (name text);"),
        ("2_b.sql", "CREATE INDEX i ON s USING gin (name gin_trgm_ops);"),
    ]);
    let error = migrate(&database.url(), files.path()).await.unwrap_err();
    let Error::Findings { findings, .. } = &error else { panic!("{error:?}") };
    assert_eq!(findings[0].object.as_deref(), Some("extension pg_trgm"));
    assert_eq!(database.value("SELECT to_regclass('s') IS NULL"), "t");
    let session =
        database::connect(&Target::parse(&database.url()).unwrap(), &ConnectOptions::default()).await;
    assert!(session.is_ok());
}
