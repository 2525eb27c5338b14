//! While a migration holds locks, everything is answered at once, from what was known before.

use std::time::{Duration, Instant};

use pgkeel::database::Target;
use pgkeel::startup::{Environment, Startup};
use pgkeel_testkit::Server;
use pgkeel_testkit::blocking::block_on;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::running::{migrations, start};

const PATHS: [&str; 14] = [
    "/health",
    "/livez",
    "/readyz",
    "/startupz",
    "/api/health",
    "/health/health",
    "/api/health/detailed",
    "/metrics",
    "/",
    "/migrations",
    "/drift",
    "/checks",
    "/activity",
    "/schema/map",
];

#[test]
fn locks_on_every_table_and_on_the_history_delay_nothing() {
    block_on(async {
        let database = Server::get(15).database();
        let (_kept, folder) = migrations(&[(
            "0001_a.sql",
            "CREATE TABLE a (id int PRIMARY KEY); CREATE VIEW v AS SELECT * FROM a;",
        )]);
        let read = pgkeel::discover::migrations(&folder, &folder).unwrap();
        let target = Target::parse(&database.url()).unwrap();
        Startup::for_target(target, Environment::Development)
            .migration_list(read, &folder)
            .run()
            .await
            .unwrap();
        let server = start(&database.url(), Some(&folder)).await;
        server.until("/readyz", |status, _| status == 200).await;
        let migration = database.client().await;
        migration
            .batch_execute("BEGIN; LOCK TABLE a, v, pgkeel.migrations, pgkeel.about IN ACCESS EXCLUSIVE MODE")
            .await
            .unwrap();
        let waiting = database.client().await;
        let waiter = tokio::spawn(async move { waiting.batch_execute("SELECT * FROM public.a").await });
        server.until("/readyz", |status, body| status == 200 && body.contains("migration_running")).await;
        server
            .until("/activity", |_, body| {
                body.contains("AccessShareLock on public.a") && body.contains("held by")
            })
            .await;
        // Long enough for many looks that could not read the history.
        let until = Instant::now() + Duration::from_secs(3);
        while Instant::now() < until {
            for path in PATHS {
                let begun = Instant::now();
                let (status, body) = server.get(path).await;
                assert_eq!(status, 200, "{path}: {body}");
                assert!(begun.elapsed() < Duration::from_millis(500), "{path} took {:?}", begun.elapsed());
            }
        }
        migration.batch_execute("COMMIT").await.unwrap();
        waiter.await.unwrap().unwrap();
        server.until("/readyz", |status, body| status == 200 && !body.contains("migration_running")).await;
        server.end().await;
    });
}

#[test]
fn one_session_looks_however_many_ask() {
    block_on(async {
        let private = Server::start_private(17, &[]);
        let url = private.url("postgres");
        let server = start(&url, None).await;
        server.until("/readyz", |status, _| status == 200).await;
        let sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pgkeel-health'";
        let database = private.database();
        let asked = (0..200).map(|_| server.get("/api/health"));
        let answers = futures_util::future::join_all(asked).await;
        assert!(answers.iter().all(|(status, _)| *status == 200));
        assert_eq!(database.value(sessions), "1");
        server.end().await;
        // The server process notices a moment later.
        let deadline = Instant::now() + Duration::from_secs(5);
        while database.value(sessions) != "0" {
            assert!(Instant::now() < deadline, "its session does not end with it");
        }
    });
}

#[test]
fn an_open_page_does_not_hold_up_the_end_and_a_change_ends_before_the_process() {
    block_on(async {
        let database = Server::get(18).database();
        let sql = "CREATE TABLE a (id int PRIMARY KEY);\nSELECT pg_sleep(1.5);";
        let (_kept, folder) = migrations(&[("0001_a.sql", sql)]);
        let server = start(&database.url(), Some(&folder)).await;
        server.until("/readyz", |_, body| body.contains("ledger_missing")).await;
        let mut page = TcpStream::connect(server.address).await.unwrap();
        page.write_all(b"GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
        let form = "token=the-secret&confirm=migrate";
        let post = format!(
            "POST /migrations/run HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        assert_eq!(server.send(&post).await.0, 303);
        let begun = Instant::now();
        server.end().await;
        assert!(begun.elapsed() < Duration::from_secs(6), "it took {:?}", begun.elapsed());
        assert_eq!(database.value("SELECT outcome FROM pgkeel.migrations"), "applied");
    });
}
