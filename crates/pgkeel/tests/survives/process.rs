//! P: what happens to the process that runs, or to the one that serves it.

use pgkeel_testkit::Server;

use super::harness::{Project, outcomes, until, until_gone};

/// A table that a session of the test holds, so that a run stops exactly where the test wants it.
const HELD: &str = "CREATE TABLE held (a int)";

#[tokio::test]
async fn p1_killed_before_the_lock() {
    let database = Server::get(15).database();
    let project = Project::new(&[("1_a.sql", "CREATE TABLE a (x int);")]);
    let mut child = project.spawn(&database.url());
    child.kill();
    until_gone(&database);
    assert_eq!(project.migrate(&database.url()).await.applied.len(), 1);
}

#[tokio::test]
async fn p2_p3_p4_killed_while_a_statement_waits_in_a_transaction() {
    let database = Server::get(16).database();
    database.execute(HELD);
    let holder = database.client().await;
    holder.batch_execute("BEGIN; LOCK TABLE held").await.unwrap();
    let project = Project::new(&[
        ("1_a.sql", "CREATE TABLE a (x int);"),
        ("2_b.sql", "-- pgkeel: lock-timeout 1h\nCREATE TABLE b (x int);\nALTER TABLE held ADD y int;"),
    ]);
    let mut child = project.spawn(&database.url());
    until(
        &database,
        "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'held'::regclass)",
    );
    child.kill();
    // The server notices by itself, though the lock is still held.
    until_gone(&database);
    holder.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(outcomes(&database), "1 applied");
    assert_eq!(database.value("SELECT to_regclass('b') IS NULL"), "t");
    assert_eq!(project.migrate(&database.url()).await.applied.len(), 1);
    assert_eq!(outcomes(&database), "1 applied, 2 applied");
}

#[tokio::test]
async fn p5_killed_while_an_index_is_built_concurrently() {
    for named in ["held_x", ""] {
        let database = Server::get(17).database();
        database.execute("CREATE TABLE held (x int)");
        let writer = database.client().await;
        writer.batch_execute("BEGIN; INSERT INTO held VALUES (1)").await.unwrap();
        let sql = format!(
            "CREATE TABLE a (x int);\nCREATE INDEX CONCURRENTLY {named} ON held (x);\nCREATE TABLE b (x int);"
        );
        let project = Project::new(&[("1_a.sql", &sql)]);
        let mut child = project.spawn(&database.url());
        until(
            &database,
            "SELECT EXISTS (SELECT FROM pg_index WHERE indrelid = 'held'::regclass AND NOT indisvalid)",
        );
        child.kill();
        until_gone(&database);
        assert_eq!(outcomes(&database), "1 started");
        writer.batch_execute("COMMIT").await.unwrap();
        project.migrate(&database.url()).await;
        assert_eq!(outcomes(&database), "1 applied");
        let indexes =
            "SELECT count(*) || ' ' || bool_and(indisvalid) FROM pg_index WHERE indrelid = 'held'::regclass";
        assert_eq!(database.value(indexes), "1 true", "named {named:?}");
    }
}

#[tokio::test]
async fn p6_killed_between_the_work_and_its_note() {
    let database = Server::get(15).database();
    database.execute("CREATE TABLE held (x int)");
    let project = Project::new(&[(
        "1_a.sql",
        "CREATE TABLE a (x int);\nCREATE INDEX CONCURRENTLY i ON held (x);\nCREATE TABLE b (x int);",
    )]);
    // The note that a step has ended is held up.
    let proxy = pgkeel_testkit::Proxy::start(&database);
    proxy.arm(
        pgkeel_testkit::Cut::before_request("finished_at = pg_catalog.clock_timestamp()").after_passing(1),
    );
    let report = project.migrate(&proxy.url(database.name())).await;
    assert_eq!(proxy.cuts(), 1);
    assert_eq!(report.applied.len(), 1);
    assert_eq!(database.value("SELECT count(*) FROM pg_index WHERE indrelid = 'held'::regclass"), "1");
    assert_eq!(outcomes(&database), "1 applied");
}

#[tokio::test]
async fn p9_asked_to_stop_it_cancels_rolls_back_and_says_what_is_applied() {
    for signal in ["INT", "TERM"] {
        let database = Server::get(18).database();
        database.execute(HELD);
        let holder = database.client().await;
        holder.batch_execute("BEGIN; LOCK TABLE held").await.unwrap();
        let project = Project::new(&[
            ("1_a.sql", "CREATE TABLE a (x int);"),
            ("2_b.sql", "-- pgkeel: lock-timeout 1h\nCREATE TABLE b (x int);\nALTER TABLE held ADD y int;"),
            ("3_c.sql", "CREATE TABLE c (x int);"),
        ]);
        let mut child = project.spawn(&database.url());
        until(
            &database,
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'held'::regclass)",
        );
        child.signal(signal);
        assert!(!child.wait(), "an interrupted run is no success");
        until_gone(&database);
        assert_eq!(outcomes(&database), "1 applied");
        assert_eq!(database.value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"), "0");
        drop(holder);
    }
}

#[tokio::test]
async fn p9_the_words_of_an_interruption() {
    let database = Server::get(15).database();
    let project =
        Project::new(&[("1_a.sql", "CREATE TABLE a (x int);"), ("2_b.sql", "SELECT pg_sleep(600);")]);
    let run = pgkeel::apply::RunOptions::default();
    let cancel = run.cancel.clone();
    let stop = super::harness::once(move || cancel.cancel());
    let ran = project
        .observed(&database.url(), run, std::time::Duration::ZERO, |event| {
            if matches!(event, pgkeel_core::event::Event::StillRunning { .. }) {
                stop();
            }
        })
        .await;
    let error = ran.result.unwrap_err();
    assert!(matches!(error, pgkeel::Error::Interrupted { .. }), "{error:?}");
    assert!(
        error.to_string().contains("Applied before it: 1_a. This migration is rolled back as a whole"),
        "{error}"
    );
}

#[tokio::test]
async fn p10_frozen_while_its_session_was_ended() {
    let database = Server::get(15).database();
    database.execute(HELD);
    let holder = database.client().await;
    holder.batch_execute("BEGIN; LOCK TABLE held").await.unwrap();
    let project = Project::new(&[
        ("1_b.sql", "-- pgkeel: lock-timeout 1h\nALTER TABLE held ADD y int;"),
        ("2_c.sql", "CREATE TABLE c (x int);"),
    ]);
    let mut child = project.spawn(&database.url());
    until(
        &database,
        "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'held'::regclass)",
    );
    child.signal("STOP");
    database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'pgkeel child%' AND datname = current_database()");
    holder.batch_execute("ROLLBACK").await.unwrap();
    // Another run does the work meanwhile.
    assert_eq!(project.migrate(&database.url()).await.applied.len(), 2);
    child.signal("CONT");
    assert!(child.wait(), "awake again it finds nothing to do");
    assert_eq!(database.value("SELECT count(*) FROM pgkeel.audit WHERE action = 'migrate'"), "2");
}

#[tokio::test]
async fn p11_private_server_crashes_and_comes_back() {
    let server = Server::start_private(15, &[]);
    let database = server.database();
    database.execute(HELD);
    let holder = database.client().await;
    holder.batch_execute("BEGIN; LOCK TABLE held").await.unwrap();
    let project = Project::new(&[
        ("1_a.sql", "CREATE TABLE a (x int);"),
        ("2_b.sql", "-- pgkeel: lock-timeout 1h\nCREATE TABLE b (x int);\nALTER TABLE held ADD y int;"),
    ]);
    let mut child = project.spawn(&database.url());
    until(
        &database,
        "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'held'::regclass)",
    );
    server.crash();
    server.start();
    assert!(child.wait(), "it connects again and goes on");
    assert_eq!(outcomes(&database), "1 applied, 2 applied");
}

#[tokio::test]
async fn who_stands_behind_a_failed_migration_is_named() {
    let database = Server::get(15).database();
    let project = Project::new(&[
        ("1_a.sql", "CREATE TABLE a (x int);"),
        ("2_b.sql", "SELECT nope;"),
        ("3_c.sql", "CREATE TABLE c (x int);"),
        ("4_d.sql", "CREATE TABLE d (x int);"),
    ]);
    let error = project.fails(&database.url()).await.to_string();
    assert!(error.contains("Applied before it: 1_a."), "{error}");
    assert!(error.contains("Those behind it were not begun: 3_c, 4_d."), "{error}");
    for (name, text) in [
        ("5_e.sql", "SELECT 1;"),
        ("6_f.sql", "SELECT 1;"),
        ("7_g.sql", "SELECT 1;"),
        ("8_h.sql", "SELECT 1;"),
    ] {
        project.write(name, text);
    }
    let error = project.fails(&database.url()).await.to_string();
    assert!(error.contains("were not begun: 3_c, 4_d, 5_e, 6_f, 7_g and 1 more."), "{error}");
}
