//! C: runs that meet, and applications that hold what a run needs.

use std::time::Duration;

use pgkeel::Error;
use pgkeel::apply::RunOptions;
use pgkeel_core::event::Event;
use pgkeel_testkit::Server;

use super::harness::{Project, once, outcomes, until};

#[tokio::test]
async fn c1_c3_c5_runs_that_start_at_once_on_an_empty_database() {
    let database = Server::get(14).database();
    let project = Project::new(&[
        ("1_a.sql", "CREATE TABLE a (x int);"),
        ("2_b.sql", "CREATE INDEX CONCURRENTLY a_x ON a (x);"),
        ("3_c.sql", "CREATE TABLE c (x int);"),
    ]);
    let mut children: Vec<_> = (0..8).map(|_| project.spawn(&database.url())).collect();
    for child in &mut children {
        assert!(child.wait());
    }
    assert_eq!(outcomes(&database), "1 applied, 2 applied, 3 applied");
    assert_eq!(database.value("SELECT count(*) FROM pgkeel.audit WHERE action = 'migrate'"), "3");
    assert_eq!(database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_x'::regclass"), "t");
}

#[tokio::test]
async fn c1_who_does_not_want_to_wait_is_told_who_works() {
    let database = Server::get(15).database();
    database.execute("CREATE TABLE held (a int)");
    let holder = database.client().await;
    holder.batch_execute("BEGIN; LOCK TABLE held").await.unwrap();
    let project = Project::new(&[("1_a.sql", "-- pgkeel: lock-timeout 1h\nALTER TABLE held ADD y int;")]);
    let mut child = project.spawn(&database.url());
    until(
        &database,
        "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'held'::regclass)",
    );
    let ran = project.observed(&database.url(), RunOptions::default(), Duration::ZERO, |_| {}).await;
    let error = ran.result.unwrap_err();
    assert!(matches!(error, Error::Locked { .. }), "{error:?}");
    assert!(
        error.to_string().contains("pgkeel child") && error.to_string().contains("server process"),
        "{error}"
    );
    holder.batch_execute("ROLLBACK").await.unwrap();
    assert!(child.wait());
}

#[tokio::test]
async fn c6_the_session_that_works_is_ended_by_someone() {
    let database = Server::get(15).database();
    database.execute("CREATE TABLE held (a int)");
    let holder = database.client().await;
    holder.batch_execute("BEGIN; LOCK TABLE held").await.unwrap();
    let project = Project::new(&[(
        "1_a.sql",
        "-- pgkeel: lock-timeout 1h\nCREATE TABLE a (x int);\nALTER TABLE held ADD y int;",
    )]);
    let mut child = project.spawn(&database.url());
    until(
        &database,
        "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'held'::regclass)",
    );
    database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted AND relation = 'held'::regclass",
    );
    holder.batch_execute("ROLLBACK").await.unwrap();
    assert!(child.wait(), "it connects again, and begins again under the lock");
    assert_eq!(outcomes(&database), "1 applied");
}

#[tokio::test]
async fn c7_an_application_that_holds_a_table_is_named_and_nothing_is_left() {
    let database = Server::get(16).database();
    database.execute("CREATE TABLE held (a int)");
    let holder = database.client().await;
    holder.batch_execute("SET application_name = 'billing'; BEGIN; LOCK TABLE held").await.unwrap();
    let project = Project::new(&[("1_a.sql", "CREATE TABLE a (x int);\nALTER TABLE held ADD y int;")]);
    let run = RunOptions {
        lock_timeout: Duration::from_millis(400),
        retries: 2,
        first_pause: Duration::from_millis(1),
        ..RunOptions::default()
    };
    let ran = project.run(&database.url(), run).await;
    let Error::Statement(error) = ran.result.unwrap_err() else { panic!() };
    assert_eq!((error.sqlstate.as_deref(), error.position.line), (Some("55P03"), 2));
    let detail = error.detail.as_deref().unwrap_or_default();
    assert!(detail.contains("3 times") && detail.contains("billing"), "{detail}");
    let retries: Vec<_> = ran
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Retrying { blockers, .. } => Some(blockers.join(" ")),
            _ => None,
        })
        .collect();
    assert_eq!(retries.len(), 2);
    assert!(retries.iter().any(|blockers| blockers.contains("billing")), "{retries:?}");
    assert_eq!(outcomes(&database), "");
    assert_eq!(database.value("SELECT to_regclass('a') IS NULL"), "t");
}

#[tokio::test]
async fn c7_a_lock_that_becomes_free_is_taken_by_a_later_try() {
    let database = Server::get(18).database();
    database.execute("CREATE TABLE held (a int)");
    let holder = database.client().await;
    holder.batch_execute("BEGIN; LOCK TABLE held").await.unwrap();
    let project = Project::new(&[("1_a.sql", "ALTER TABLE held ADD y int;")]);
    let run = RunOptions { lock_timeout: Duration::from_millis(200), ..RunOptions::default() };
    let release = once(move || drop(holder));
    let ran = project
        .observed(&database.url(), run, Duration::ZERO, |event| {
            if matches!(event, Event::Retrying { .. }) {
                release();
            }
        })
        .await;
    ran.result.unwrap();
    assert_eq!(outcomes(&database), "1 applied");
}

#[tokio::test]
async fn c8_a_deadlock_is_tried_again() {
    let database = Server::get(15).database();
    database.execute("CREATE TABLE one (a int); CREATE TABLE two (a int)");
    let project = Project::new(&[(
        "1_a.sql",
        "-- pgkeel: lock-timeout 1h\nSET deadlock_timeout = '10ms';\nALTER TABLE one ADD y int;\nSELECT pg_advisory_xact_lock(77);\nALTER TABLE two ADD y int;",
    )]);
    let other = database.client().await;
    other
        .batch_execute("SET deadlock_timeout = '1h'; SELECT pg_advisory_lock(77); BEGIN; LOCK TABLE two")
        .await
        .unwrap();
    let mut child = project.spawn(&database.url());
    until(&database, "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'advisory')");
    // Now each waits for the other, once the child may go on.
    let waiting = other.batch_execute("SELECT pg_advisory_unlock(77); LOCK TABLE one; ROLLBACK");
    waiting.await.unwrap();
    assert!(child.wait());
    assert_eq!(outcomes(&database), "1 applied");
}

#[tokio::test]
async fn c9_a_serializable_default_does_not_reach_migrations() {
    let database = Server::get(15).database();
    database.execute(&format!(
        "ALTER DATABASE {} SET default_transaction_isolation = serializable",
        database.name()
    ));
    let project = Project::new(&[
        ("1_a.sql", "CREATE TABLE seen AS SELECT current_setting('transaction_isolation') AS level;"),
        (
            "2_b.sql",
            "DO $$ BEGIN IF (SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'never') = 0 AND nextval('s') < 3 THEN RAISE EXCEPTION USING ERRCODE = '40001', MESSAGE = 'try again'; END IF; END $$;",
        ),
    ]);
    database.execute("CREATE SEQUENCE s");
    let run = RunOptions { first_pause: Duration::from_millis(1), ..RunOptions::default() };
    let ran = project.run(&database.url(), run).await;
    ran.result.unwrap();
    assert_eq!(ran.events.iter().filter(|event| matches!(event, Event::Retrying { .. })).count(), 2);
    assert_eq!(database.value("SELECT level FROM seen"), "read committed");
}

#[tokio::test]
async fn c10_long_transactions_are_named_before_the_run() {
    let server = Server::start_private(15, &[("max_prepared_transactions", "5")]);
    let database = server.database();
    database.execute("CREATE TABLE held (a int)");
    let holder = database.client().await;
    holder
        .batch_execute("BEGIN; INSERT INTO held VALUES (1); PREPARE TRANSACTION 'forgotten'")
        .await
        .unwrap();
    let project = Project::new(&[("1_a.sql", "ALTER TABLE held ADD y int;")]);
    let error = project.fails(&database.url()).await;
    let Error::Findings { findings, .. } = &error else { panic!("{error:?}") };
    assert_eq!(findings[0].rule, "prepared-transaction");
    assert!(findings[0].help.as_deref().unwrap().contains("COMMIT PREPARED 'forgotten'"));
    database.execute("COMMIT PREPARED 'forgotten'");
    project.migrate(&database.url()).await;
}

#[tokio::test]
async fn c_who_is_waited_for_and_how_far_it_is() {
    let database = Server::get(15).database();
    database.execute("CREATE TABLE held (x int)");
    let writer = database.client().await;
    writer.batch_execute("SET application_name = 'shop'; BEGIN; INSERT INTO held VALUES (1)").await.unwrap();
    let project =
        Project::new(&[("1_a.sql", "CREATE TABLE a (x int);\n\nCREATE INDEX CONCURRENTLY i ON held (x);")]);
    let release = once(move || drop(writer));
    let ran = project
        .observed(&database.url(), RunOptions::default(), Duration::ZERO, |event| {
            if let Event::StillRunning { blockers, .. } = event
                && !blockers.is_empty()
            {
                release();
            }
        })
        .await;
    ran.result.unwrap();
    let seen = ran.events.iter().find_map(|event| match event {
        Event::StillRunning { blockers, phase, line, .. } if !blockers.is_empty() => {
            Some((blockers[0].application.clone(), phase.clone().unwrap_or_default(), *line))
        }
        _ => None,
    });
    assert_eq!(seen, Some(("shop".to_owned(), "waiting for writers before build".to_owned(), Some(3))));
}

#[tokio::test]
async fn c_the_statement_that_runs_is_named_also_among_others() {
    let server = Server::get(16);
    let silent = "CREATE TABLE b (x int);\nSET client_min_messages = warning;\nCREATE TABLE c (x int);\nSELECT pg_sleep(1.2);";
    for (text, wanted) in [
        (
            "CREATE TABLE b (x int);\nINSERT INTO b VALUES (1);\nSELECT  pg_sleep(1.2);\nCREATE TABLE c (x int);",
            Some((Some(3), Some("SELECT pg_sleep(1.2)".to_owned()))),
        ),
        // Nothing is said rather than something wrong.
        (silent, Some((None, None))),
    ] {
        let database = server.database();
        let project = Project::new(&[("1_a.sql", text)]);
        let ran = project.run(&database.url(), RunOptions::default()).await;
        ran.result.unwrap();
        let seen = ran.events.iter().find_map(|event| match event {
            Event::StillRunning { line, statement, .. } => Some((*line, statement.clone())),
            _ => None,
        });
        assert_eq!(seen, wanted);
        let notices = ran.events.iter().filter(|event| matches!(event, Event::Notice { .. })).count();
        assert_eq!(notices, 0, "what pgkeel makes the server say is for pgkeel alone");
    }
}
