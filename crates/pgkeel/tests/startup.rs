//! Start-up on real servers: who migrates, who waits, who refuses.

#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test speaks")]

use std::time::{Duration, Instant};

use pgkeel::scratch::Choice;
use pgkeel::startup::{Environment, Mode, Ready, Startup, StartupError};
use pgkeel_core::health::{Reason, Status};
use pgkeel_testkit::{Server, per_major};

fn startup(url: &str, environment: Environment) -> Startup {
    let embedded = pgkeel::migrations!("$CARGO_MANIFEST_DIR/tests/migrations");
    Startup::new(url, environment).unwrap().migrations(&embedded).unwrap()
}

fn not_ready(result: Result<Ready, StartupError>) -> Box<Ready> {
    match result {
        Err(StartupError::NotReady(ready)) => ready,
        other => panic!("it should not be ready: {other:?}"),
    }
}

per_major! {
    async fn fifty_instances_at_once_agree(server) {
        let database = server.database();
        let url = database.url();
        let instances = (0..50).map(|_| {
            let url = url.clone();
            tokio::spawn(async move { startup(&url, Environment::Development).deadline(Duration::from_secs(60)).run().await })
        });
        let mut appliers = 0;
        for instance in instances.collect::<Vec<_>>() {
            let ready = instance.await.unwrap().unwrap();
            // Another instance may still hold the lock, which is worth a warning.
            assert!(ready.verdict.reasons.iter().all(|reason| *reason == Reason::MigrationRunning), "{ready}");
            assert_eq!(ready.report.migrations.as_ref().map(|m| (m.applied, m.pending.len())), Some((2, 0)), "{ready}");
            appliers += usize::from(!ready.applied.is_empty());
        }
        assert_eq!(appliers, 1, "one instance migrates");
        assert_eq!(database.value("SELECT count(*) FROM pgkeel.migrations"), "2");
    }

    async fn production_verifies_and_stops(server) {
        let database = server.database();
        let url = database.url();
        let ready = not_ready(startup(&url, Environment::Production).run().await);
        assert_eq!(ready.verdict.reasons, [Reason::LedgerMissing]);
        assert_eq!(database.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'pgkeel'"), "0", "it changed nothing");
        startup(&url, Environment::Production).mode(Mode::Migrate).run().await.unwrap();
        let ready = startup(&url, Environment::Production).run().await.unwrap();
        assert_eq!(ready.verdict.status, Status::Pass, "{ready}");
        // Recorded as applied, but gone.
        database.execute("DROP TABLE notes");
        let ready = not_ready(startup(&url, Environment::Production).run().await);
        assert!(ready.verdict.reasons.contains(&Reason::SchemaDrift), "{ready}");
        let lenient = startup(&url, Environment::Development).run().await.unwrap();
        assert_eq!(lenient.verdict.status, Status::Warn, "{lenient}");
        // A newer build has been here: this one still serves.
        database.execute("CREATE TABLE notes (); CREATE INDEX notes_body ON notes ((1)); \
            INSERT INTO pgkeel.migrations (version, name, checksum_algorithm, checksum, outcome, statements, tool_version) \
            SELECT '0003', 'newer', checksum_algorithm, 'x', outcome, 1, tool_version FROM pgkeel.migrations LIMIT 1");
        let ready = startup(&url, Environment::Production).run().await.unwrap();
        assert_eq!((ready.verdict.status, ready.verdict.reasons), (Status::Warn, vec![Reason::SchemaAhead]));
    }

    async fn waiting_ends_when_somebody_migrates_and_holds_no_snapshot(server) {
        let database = server.database();
        let url = database.url();
        let waiting = tokio::spawn({
            let url = url.clone();
            async move { startup(&url, Environment::Production).mode(Mode::Wait(Duration::from_secs(30))).run().await }
        });
        tokio::time::sleep(Duration::from_millis(300)).await;
        startup(&url, Environment::Production).mode(Mode::Migrate).run().await.unwrap();
        assert_eq!(waiting.await.unwrap().unwrap().verdict.status, Status::Pass);
        let url = server.database().url();
        let short = startup(&url, Environment::Production).mode(Mode::Wait(Duration::from_millis(300))).run().await;
        let text = format!("{short:?}");
        assert!(short.is_err(), "{text}");
    }
}

per_major! {
    async fn with_auto_fix_what_is_missing_is_made_again_once(server) {
        let database = server.database();
        let url = database.url();
        startup(&url, Environment::Production).mode(Mode::Migrate).run().await.unwrap();
        let repairing = || {
            let scratch = Choice { url: Some(url.clone()), ..Choice::default() };
            startup(&url, Environment::Production).auto_fix(scratch).deadline(Duration::from_secs(60)).run()
        };
        let healthy = repairing().await.unwrap();
        assert!(healthy.report.fixes.is_empty(), "{healthy}");
        for damage in ["DROP TABLE notes", "DROP SCHEMA pgkeel CASCADE"] {
            database.execute(damage);
            not_ready(startup(&url, Environment::Production).run().await);
            let instances = futures_util::future::join_all((0..5).map(|_| repairing())).await;
            let ready: Vec<Ready> = instances.into_iter().map(Result::unwrap).collect();
            assert!(ready.iter().any(|ready| !ready.report.fixes.is_empty()), "{damage}");
            assert_eq!(repairing().await.unwrap().verdict.status, Status::Pass, "{damage}");
        }
        assert_eq!(database.value("SELECT count(*) FROM pgkeel.audit WHERE action = 'auto-fix'"), "1", "one instance repairs");
    }
}

per_major! {
    async fn a_locked_history_is_looked_at_again_until_the_time_is_over(server) {
        let database = server.database();
        let url = database.url();
        startup(&url, Environment::Production).mode(Mode::Migrate).run().await.unwrap();
        let locking = database.client().await;
        let modes = [Mode::Verify, Mode::Wait(Duration::from_secs(20)), Mode::Migrate];
        for mode in modes {
            locking.batch_execute("BEGIN; LOCK TABLE pgkeel.migrations").await.unwrap();
            let waiting = tokio::spawn(startup(&url, Environment::Production).mode(mode).deadline(Duration::from_secs(20)).run());
            tokio::time::sleep(Duration::from_millis(900)).await;
            locking.batch_execute("COMMIT").await.unwrap();
            assert_eq!(waiting.await.unwrap().unwrap().verdict.status, Status::Pass, "{mode:?}");
        }
        locking.batch_execute("BEGIN; LOCK TABLE pgkeel.migrations").await.unwrap();
        let begun = Instant::now();
        // Long enough for the history to have been met once, also on a busy machine.
        let ready = not_ready(startup(&url, Environment::Production).deadline(Duration::from_secs(4)).run().await);
        assert!(ready.verdict.reasons.contains(&Reason::MigrationRunning), "{ready}");
        assert!((4..9).contains(&begun.elapsed().as_secs()), "it took {:?}", begun.elapsed());
    }
}

#[test]
fn with_mode_off_and_auto_fix_what_is_missing_is_made_and_nothing_is_judged() {
    pgkeel_testkit::blocking::block_on(async {
        let database = Server::get(17).database();
        let url = database.url();
        let off = || startup(&url, Environment::Production).mode(Mode::Off);
        // Without a repair that is allowed nothing is asked: also not whether there is a database.
        let nowhere = startup("postgres://nobody@127.0.0.1:1/none", Environment::Production).mode(Mode::Off);
        assert_eq!(nowhere.run().await.unwrap().verdict.status, Status::Skipped);
        startup(&url, Environment::Production).mode(Mode::Migrate).run().await.unwrap();
        database.execute("DROP TABLE notes");
        let scratch = Choice { url: Some(url.clone()), ..Choice::default() };
        let ready = off().auto_fix(scratch).deadline(Duration::from_secs(60)).run().await.unwrap();
        assert_eq!(ready.verdict.status, Status::Skipped, "{ready}");
        assert!(!ready.report.fixes.is_empty(), "{ready:?}");
        assert_eq!(database.value("SELECT to_regclass('notes') IS NOT NULL"), "t");
    });
}

#[test]
fn a_start_that_is_stopped_names_the_database_the_migrations_and_the_command() {
    pgkeel_testkit::blocking::block_on(async {
        let database = Server::get(16).database();
        let error = startup(&database.url(), Environment::Production).run().await.unwrap_err().to_string();
        for said in ["not started", database.name(), "pending: 0001", "pgkeel migrate"] {
            assert!(error.contains(said), "{said:?} is missing: {error}");
        }
    });
}

/// A server that accepts and never answers, and one that accepts nothing.
#[test]
fn the_deadline_bounds_a_database_that_accepts_and_never_answers_and_its_address_is_named() {
    pgkeel_testkit::blocking::block_on(async {
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = silent.local_addr().unwrap();
        let url = format!("postgres://nobody:secret@{address}/none");
        let begun = Instant::now();
        let failed = startup(&url, Environment::Production).deadline(Duration::from_secs(1)).run().await;
        let error = failed.unwrap_err().to_string();
        assert!(begun.elapsed() < Duration::from_millis(2500), "it took {:?}", begun.elapsed());
        assert!(error.contains(&address.to_string()) && !error.contains("secret"), "{error}");
    });
}

#[test]
fn a_database_that_is_still_starting_is_waited_for() {
    pgkeel_testkit::blocking::block_on(async {
        let server = Server::start_private(16, &[]);
        let url = server.url("postgres");
        server.stop();
        let gone = startup(&url, Environment::Development).deadline(Duration::from_secs(1)).run().await;
        assert!(matches!(gone, Err(StartupError::Failed(_) | StartupError::TooSlow { .. })), "{gone:?}");
        let starting = tokio::spawn({
            let url = url.clone();
            async move { startup(&url, Environment::Development).deadline(Duration::from_secs(30)).run().await }
        });
        tokio::time::sleep(Duration::from_millis(500)).await;
        server.start();
        assert_eq!(starting.await.unwrap().unwrap().verdict.status, Status::Pass);
    });
}
