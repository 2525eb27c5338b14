//! The guard on every major: what it records, what it refuses, whom it leaves alone, and that it leaves no trace.

#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test speaks")]

use std::path::Path;
use std::time::Duration;

use pgkeel::apply::RunOptions;
use pgkeel::database::{ConnectOptions, ReadOnly, Target};
use pgkeel::guard::{self, Guard, GuardJob};
use pgkeel::migrate::Job;
use pgkeel::store::Store;
use pgkeel::{Error, discover};
use pgkeel_core::guard::{Mode, Recorded};
use pgkeel_core::pending::Wish;
use pgkeel_testkit::TestDatabase;

async fn switch(url: &str, mode: Option<Mode>) -> Result<Option<Guard>, Error> {
    let target = Target::parse(url).unwrap();
    let job = GuardJob {
        target: &target,
        connect: ConnectOptions::default(),
        store: &Store::new("pgkeel"),
        lock_wait: Duration::from_secs(10),
        run: pgkeel::apply::RunOptions::default(),
        observe: &|_| {},
    };
    match mode {
        Some(mode) => job.on(mode, &["partitioner".to_owned()]).await.map(Some),
        None => job.off().await.map(|_| None),
    }
}

async fn records(database: &TestDatabase<'_>) -> Vec<Recorded> {
    let target = Target::parse(&database.url()).unwrap();
    let session = ReadOnly::open(&target, &ConnectOptions::default()).await.unwrap();
    guard::records(&session, &Store::new("pgkeel"), 1000).await.unwrap()
}

async fn migrate(database: &TestDatabase<'_>, sql: &str) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("0001_x.sql"), sql).unwrap();
    let migrations = discover::migrations(folder.path(), Path::new("migrations")).unwrap();
    let target = Target::parse(&database.url()).unwrap();
    let job = Job {
        target: &target,
        connect: ConnectOptions::default(),
        folder: folder.path(),
        migrations: &migrations,
        embedded: false,
        store: &Store::new("pgkeel"),
        wish: Wish::default(),
        lock_wait: Duration::from_secs(10),
        run: RunOptions::default(),
        observe: &|_| {},
    };
    assert_eq!(job.migrate().await.unwrap().applied.len(), 1);
}

const TEMPORARY: &str = "CREATE TEMP TABLE t (a serial, b text DEFAULT 'x'); CREATE INDEX ON t (a); \
    ALTER TABLE t ALTER b DROP DEFAULT; ALTER TABLE t ALTER b TYPE int USING 1; DROP TABLE t;";

pgkeel_testkit::per_major! {
    async fn records_strangers_with_before_and_after_and_leaves_pgkeel_alone(server) {
        let database = server.database();
        database.execute("CREATE TABLE users (id int PRIMARY KEY, name text)");
        let before = database.pg_dump_with(&[]);
        let guard = switch(&database.url(), Some(Mode::Record)).await.unwrap().unwrap();
        assert!(guard.broken.is_empty(), "{guard:?}");
        database.execute(TEMPORARY);
        migrate(&database, "CREATE TABLE ours (a int); CREATE INDEX CONCURRENTLY ours_a ON ours (a);").await;
        assert_eq!(records(&database).await, []);

        database.execute("SET application_name = 'an orm'; ALTER TABLE users ADD phone text");
        database.execute("CREATE INDEX CONCURRENTLY users_name ON users (name)");
        database.execute("CREATE EXTENSION pg_trgm");
        let script = "BEGIN; DROP TABLE users; ROLLBACK; CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (password 'geheim')";
        database.execute("CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w");
        database.execute(script);
        database.execute("ALTER TABLE users DROP COLUMN phone");
        let found = records(&database).await;
        let told: Vec<String> = found
            .iter()
            .map(|r| format!("{} {} {}", r.command, r.kind.as_deref().unwrap_or(""), r.name.as_deref().unwrap_or("")))
            .collect();
        assert_eq!(told, [
            "ALTER TABLE table public.users",
            "CREATE INDEX index public.users_name",
            "CREATE EXTENSION extension pg_trgm",
            "CREATE FOREIGN DATA WRAPPER foreign-data wrapper w",
            "CREATE SERVER server s",
            "CREATE USER MAPPING user mapping public on server s",
            "ALTER TABLE table column public.users.phone",
            "ALTER TABLE table public.users",
        ]);
        let first = &found[0];
        assert_eq!((first.role.as_str(), first.application.as_deref()), ("postgres", Some("an orm")));
        assert!(first.statement.as_deref().unwrap().contains("ADD phone"));
        assert!(first.before.as_ref().unwrap()["columns"]["phone"].is_null());
        assert_eq!(first.after.as_ref().unwrap()["columns"]["phone"]["type"], "text");
        assert_eq!(found[6].before.as_ref().unwrap()["type"], "text");
        assert!(found.iter().all(|r| !r.statement.as_deref().unwrap().contains("geheim")), "{found:?}");

        database.execute("DROP SERVER s CASCADE; DROP FOREIGN DATA WRAPPER w; DROP EXTENSION pg_trgm; DROP INDEX users_name; DROP TABLE ours");
        switch(&database.url(), None).await.unwrap();
        database.execute("DROP SCHEMA pgkeel CASCADE");
        assert_eq!(database.pg_dump_with(&[]), before);
    }

    async fn on_and_off_leave_no_trace(server) {
        let database = server.database();
        database.execute("CREATE TABLE users (id int PRIMARY KEY, name text)");
        for with_history in [false, true] {
            if with_history {
                migrate(&database, "CREATE TABLE ours (a int)").await;
            }
            let before = database.pg_dump_with(&[]);
            switch(&database.url(), Some(Mode::Refuse)).await.unwrap();
            switch(&database.url(), Some(Mode::Record)).await.unwrap();
            assert_ne!(database.pg_dump_with(&[]), before);
            switch(&database.url(), None).await.unwrap();
            switch(&database.url(), None).await.unwrap();
            assert_eq!(database.pg_dump_with(&[]), before);
        }
    }

    async fn refuses_strangers_and_lets_pgkeel_and_named_roles_through(server) {
        let database = server.database();
        database.execute("CREATE TABLE users (id int PRIMARY KEY, name text); CREATE MATERIALIZED VIEW m AS SELECT 1");
        switch(&database.url(), Some(Mode::Refuse)).await.unwrap();
        for statement in [
            "ALTER TABLE users ADD phone text",
            "ALTER TABLE users ALTER id TYPE bigint",
            "DROP TABLE users",
            "CREATE INDEX CONCURRENTLY users_name ON users (name)",
            "GRANT SELECT ON users TO PUBLIC",
            "CREATE EXTENSION pg_trgm",
            "SELECT 1 AS a INTO copy",
            "DO $$ BEGIN EXECUTE 'COMMENT ON TABLE users IS ''x'''; END $$",
        ] {
            let refusal = database.psql(statement).unwrap_err();
            assert!(refusal.contains("only changes by pgkeel"), "{statement}: {refusal}");
            assert!(refusal.contains("pgkeel new") && refusal.contains("pgkeel guard off"), "{refusal}");
        }
        assert_eq!(database.value("SELECT count(*) FROM pg_class WHERE relname ~ '^users_name'"), "0");
        database.execute(TEMPORARY);
        database.execute("REFRESH MATERIALIZED VIEW m; ANALYZE users; TRUNCATE users; REINDEX TABLE users");
        migrate(&database, "CREATE TABLE ours (a int); CREATE INDEX CONCURRENTLY ours_a ON ours (a);").await;
        database.execute("DO $$ BEGIN CREATE ROLE partitioner; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$");
        database.execute(&format!("GRANT CREATE ON DATABASE {} TO partitioner", database.name()));
        database.execute("SET ROLE partitioner; CREATE SCHEMA p; CREATE TABLE p.one (a int)");
    }

    async fn a_recording_that_fails_breaks_nothing(server) {
        let database = server.database();
        switch(&database.url(), Some(Mode::Record)).await.unwrap();
        database.execute("DROP TABLE pgkeel.guard_log");
        database.execute("CREATE TABLE works (a int); DROP TABLE works");
        // Somebody holds the table: DDL does not wait for him for long.
        switch(&database.url(), Some(Mode::Record)).await.unwrap();
        let holder = database.client().await;
        holder.batch_execute("BEGIN; LOCK TABLE pgkeel.guard_log IN ACCESS EXCLUSIVE MODE").await.unwrap();
        let begun = std::time::Instant::now();
        database.execute("CREATE TABLE works (a int)");
        assert!(begun.elapsed() < Duration::from_secs(5));
        holder.batch_execute("ROLLBACK").await.unwrap();
        assert_eq!(records(&database).await, []);
        database.execute("DROP SCHEMA pgkeel CASCADE; DROP TABLE works");
        assert_eq!(database.value("SELECT count(*) FROM pg_event_trigger"), "0");
    }

    async fn a_dump_of_a_guarded_database_is_restored_with_its_guard(server) {
        let database = server.database();
        database.execute("CREATE TABLE users (id int PRIMARY KEY, name text)");
        switch(&database.url(), Some(Mode::Record)).await.unwrap();
        database.execute("ALTER TABLE users ADD phone text");
        let copy = server.database();
        // pg_dump 18 sets what older servers do not know.
        copy.psql(&database.pg_dump_with(&[]).replace("SET transaction_timeout = 0;", "")).unwrap();
        assert_eq!(records(&copy).await.len(), 1);
        copy.execute("ALTER TABLE users DROP phone");
        assert_eq!(records(&copy).await.len(), 3);
    }

    async fn a_role_that_may_not_is_told_what_to_do(server) {
        let database = server.database();
        database.execute("DO $$ BEGIN CREATE ROLE guard_plain LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$");
        database.execute(&format!("GRANT CREATE ON DATABASE {} TO guard_plain", database.name()));
        let error = switch(&database.url_as("guard_plain"), Some(Mode::Record)).await.unwrap_err();
        assert!(matches!(error, Error::Refused { .. }), "{error:?}");
        assert!(error.help().unwrap().contains("--print"));
        assert_eq!(database.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'pgkeel'"), "0");
    }
}
