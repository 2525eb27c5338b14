//! Migrations that are sent before the one before them is answered: nothing runs out of its order, whatever that one does.

use std::time::Duration;

use pgkeel::Error;
use pgkeel::apply::RunOptions;
use pgkeel_core::event::Event;
use pgkeel_testkit::Server;

use super::harness::{Project, outcomes};

/// A migration, one that fails, and one behind it that would do something.
fn behind(failing: &str) -> Project {
    Project::new(&[
        ("1_a.sql", "CREATE TABLE a (x int);"),
        ("2_b.sql", failing),
        ("3_c.sql", "CREATE TABLE c (x int);"),
    ])
}

#[tokio::test]
async fn nothing_runs_behind_a_failure_of_any_kind() {
    for failing in [
        // Fails in its transaction.
        "CREATE TABLE b (x int);\nSELECT nope;",
        // Is refused as a whole, before its BEGIN.
        "CREATE TABLE b (x int);\nSELEKT 1;",
        // COMMIT fails, and leaves no transaction.
        "CREATE TABLE b (x int UNIQUE DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO b VALUES (1), (1);",
        // Ends the session.
        "CREATE TABLE b (x int);\nSELECT pg_terminate_backend(pg_backend_pid());",
        // Loses the lock.
        "CREATE TABLE b (x int);\nSELECT pg_advisory_unlock_all();",
        // Is cancelled.
        "CREATE TABLE b (x int);\nSELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(1);",
    ] {
        let database = Server::get(16).database();
        let error = behind(failing).fails(&database.url()).await;
        assert_eq!(outcomes(&database), "1 applied", "{failing}: {error}");
        assert_eq!(
            database.value("SELECT to_regclass('b') IS NULL AND to_regclass('c') IS NULL"),
            "t",
            "{failing}"
        );
    }
}

#[tokio::test]
async fn what_was_sent_too_early_is_sent_again() {
    let database = Server::get(17).database();
    database.execute("CREATE TABLE held (x int)");
    let project = behind("ALTER TABLE held ADD y int;");
    let holder = database.client().await;
    holder.batch_execute("BEGIN; LOCK TABLE held").await.unwrap();
    let holder = std::sync::Mutex::new(Some(holder));
    let run = RunOptions { lock_timeout: Duration::from_millis(200), retries: 20, ..RunOptions::default() };
    let ran = project
        .observed(&database.url(), run, Duration::from_secs(60), |event| {
            if matches!(event, Event::Retrying { .. }) {
                // The second try gets the lock.
                drop(holder.lock().unwrap().take());
            }
        })
        .await;
    ran.result.unwrap();
    assert!(ran.events.iter().any(|event| matches!(event, Event::Retrying { .. })));
    assert_eq!(outcomes(&database), "1 applied, 2 applied, 3 applied");
    assert_eq!(database.value("SELECT to_regclass('c') IS NOT NULL"), "t");
}

#[tokio::test]
async fn notices_stand_under_their_own_migration() {
    let database = Server::get(15).database();
    let raise = |name: &str| format!("DO $$ BEGIN RAISE NOTICE 'of {name}'; END $$;");
    let files: Vec<(String, String)> =
        (1..=9).map(|number| (format!("{number}_m.sql"), raise(&format!("{number}_m")))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let ran = Project::new(&files).run(&database.url(), RunOptions::default()).await;
    ran.result.unwrap();
    let mut told = 0;
    let mut running = String::new();
    for event in &ran.events {
        match event {
            Event::MigrationStarted { label, .. } => running.clone_from(label),
            Event::Notice { label, message, line, .. } => {
                assert_eq!((message.as_str(), *line), (format!("of {label}").as_str(), Some(1)));
                assert_eq!(*label, running);
                told += 1;
            }
            _ => {}
        }
    }
    assert_eq!(told, 9);
}

#[tokio::test]
async fn a_wish_to_stop_leaves_whole_migrations() {
    let database = Server::get(18).database();
    let files: Vec<(String, String)> =
        (100..160).map(|n| (format!("{n}_m.sql"), format!("CREATE TABLE t{n} (x int);"))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let project = Project::new(&files);
    let run = RunOptions::default();
    let cancel = run.cancel.clone();
    let ran = project
        .observed(&database.url(), run, Duration::from_secs(60), |event| {
            if matches!(event, Event::MigrationApplied { label, .. } if label == "120_m") {
                cancel.cancel();
            }
        })
        .await;
    assert!(matches!(ran.result, Err(Error::Interrupted { .. })), "{:?}", ran.result);
    let told = ran.events.iter().filter(|event| matches!(event, Event::MigrationApplied { .. })).count();
    let recorded = database.value("SELECT count(*) FROM pgkeel.migrations WHERE outcome = 'applied'");
    assert_eq!(recorded, told.to_string());
    assert_eq!(database.value("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), recorded);
    project.migrate(&database.url()).await;
    assert_eq!(database.value("SELECT count(*) FROM pgkeel.migrations WHERE outcome = 'applied'"), "60");
}
