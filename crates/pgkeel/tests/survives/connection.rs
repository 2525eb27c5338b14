//! N: connections that break, servers that are not what they seem.

use std::time::Duration;

use pgkeel::Error;
use pgkeel::apply::RunOptions;
use pgkeel_core::event::Event;
use pgkeel_testkit::{Cut, PgBouncer, PoolMode, Proxy, Server, Standby};

use super::harness::{Project, outcomes, until};

fn three() -> Project {
    Project::new(&[
        ("1_a.sql", "CREATE TABLE a (x int);"),
        ("2_b.sql", "CREATE TABLE b (x int);\nINSERT INTO b VALUES (1);"),
        (
            "3_c.sql",
            "CREATE TABLE c (x int);\nCREATE INDEX CONCURRENTLY c_x ON c (x);\nINSERT INTO c VALUES (1);",
        ),
    ])
}

#[tokio::test]
async fn n1_n2_n3_cut_before_and_after_every_message() {
    let server = Server::get(15);
    let total = {
        let database = server.database();
        let proxy = Proxy::start(&database);
        three().migrate(&proxy.url(database.name())).await;
        proxy.traffic().requests.len()
    };
    for number in 0..total {
        for halfway in [false, true] {
            let database = server.database();
            let proxy = Proxy::start(&database);
            let cut = Cut::before_message(number);
            proxy.arm(if halfway { cut.halfway() } else { cut });
            let project = three();
            // The first question of a run is not asked twice: nothing has begun then.
            let ran = project.run(&proxy.url(database.name()), RunOptions::default()).await;
            if ran.result.is_err() {
                project.migrate(&database.url()).await;
            }
            assert_eq!(outcomes(&database), "1 applied, 2 applied, 3 applied", "cut before message {number}");
            assert_eq!(
                database.value("SELECT (SELECT count(*) FROM b) || ' ' || (SELECT count(*) FROM c)"),
                "1 1",
                "message {number}"
            );
            assert_eq!(
                database.value("SELECT count(*) FROM pg_index WHERE indrelid = 'c'::regclass AND indisvalid"),
                "1"
            );
        }
    }
}

#[tokio::test]
async fn n2_a_commit_whose_answer_is_lost() {
    for passing in 0..4 {
        let database = Server::get(16).database();
        let proxy = Proxy::start(&database);
        proxy.arm(Cut::after_commit().after_passing(passing));
        let project = three();
        let report = project.migrate(&proxy.url(database.name())).await;
        assert_eq!(proxy.cuts(), 1);
        let labels: Vec<_> = report.applied.iter().map(|applied| applied.label.as_str()).collect();
        assert_eq!(labels, ["1_a", "2_b", "3_c"], "the report knows them all");
        assert_eq!(
            database.value("SELECT (SELECT count(*) FROM b) || ' ' || (SELECT count(*) FROM c)"),
            "1 1"
        );
    }
}

#[tokio::test]
async fn n4_private_server_restarts_in_the_middle() {
    let server = Server::start_private(17, &[]);
    let database = server.database();
    database.execute("CREATE TABLE held (a int)");
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
    server.stop();
    server.start();
    assert!(child.wait(), "it connects again and goes on");
    assert_eq!(outcomes(&database), "1 applied, 2 applied");
}

#[tokio::test]
async fn n5_n6_a_standby_is_refused_before_anything() {
    let pair = Standby::start(15);
    let project = three();
    let error = project.fails(&pair.standby.url("postgres")).await;
    let Error::Findings { findings, .. } = &error else { panic!("{error:?}") };
    assert_eq!(findings[0].rule, "standby");
}

#[tokio::test]
async fn n6_a_read_only_default_is_refused() {
    let database = Server::get(15).database();
    database.execute(&format!("ALTER DATABASE {} SET default_transaction_read_only = on", database.name()));
    let error = three().fails(&database.url()).await;
    let Error::Findings { findings, .. } = &error else { panic!("{error:?}") };
    assert_eq!(findings[0].rule, "read-only");
}

#[tokio::test]
async fn n8_n9_a_pooler_is_refused_with_the_way_around() {
    let server = Server::get(15);
    for mode in [PoolMode::Transaction, PoolMode::Session] {
        let database = server.database();
        let pool = PgBouncer::start(server, mode);
        let error = three().fails(&pool.url(database.name())).await;
        let Error::Findings { findings, .. } = &error else { panic!("{error:?}") };
        assert_eq!(findings[0].rule, "pooler");
        assert!(
            findings[0].help.as_deref().unwrap().contains("address of the server itself"),
            "{findings:?}"
        );
        assert_eq!(database.value("SELECT to_regnamespace('pgkeel') IS NULL"), "t");
        if mode == PoolMode::Session {
            // Who knows that the pool keeps the connection says so, and the audit remembers why.
            let mut run = RunOptions::default();
            run.skipped_checks.insert("pooler".to_owned(), "the pool is in session mode".to_owned());
            three().run(&pool.url(database.name()), run).await.result.unwrap();
            assert_eq!(outcomes(&database), "1 applied, 2 applied, 3 applied");
            assert_eq!(
                database.value("SELECT target || ': ' || (detail->>'reason') FROM pgkeel.audit WHERE action = 'skip-preflight'"),
                "pooler: the pool is in session mode"
            );
        }
        drop(pool);
    }
}

#[tokio::test]
async fn n_it_gives_up_when_it_gets_no_further() {
    let database = Server::get(15).database();
    let project = Project::new(&[("1_a.sql", "SELECT pg_terminate_backend(pg_backend_pid());")]);
    let ran = project.run(&database.url(), RunOptions::default()).await;
    let error = ran.result.unwrap_err();
    assert!(matches!(error, Error::Lost { .. }), "{error:?}");
    assert_eq!(ran.events.iter().filter(|event| matches!(event, Event::Reconnecting { .. })).count(), 5);
    assert_eq!(outcomes(&database), "");
}

#[tokio::test]
async fn n10_one_connection_is_enough() {
    let database = Server::get(15).database();
    let role = format!("{}_one", database.name());
    database.execute(&format!("CREATE ROLE {role} LOGIN CONNECTION LIMIT 1; GRANT ALL ON DATABASE {} TO {role}; GRANT ALL ON SCHEMA public TO {role}", database.name()));
    database.execute("CREATE TABLE held (a int)");
    database.execute(&format!("ALTER TABLE held OWNER TO {role}"));
    let holder = database.client().await;
    holder.batch_execute("BEGIN; LOCK TABLE held").await.unwrap();
    let project = Project::new(&[("1_a.sql", "ALTER TABLE held ADD y int;")]);
    let run = RunOptions { lock_timeout: Duration::from_millis(1500), retries: 1, ..RunOptions::default() };
    let url = database.url_as(&role);
    let error = project.run(&url, run).await.result.unwrap_err();
    let Error::Statement(statement) = &error else { panic!("{error:?}") };
    assert_eq!(statement.sqlstate.as_deref(), Some("55P03"));
    holder.batch_execute("ROLLBACK").await.unwrap();
    project.migrate(&url).await;
    database.execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}
