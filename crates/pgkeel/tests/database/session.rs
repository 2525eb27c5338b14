//! What a session knows about itself: the tap, settings, read-only, cancelling, capabilities.

use super::{open, target, value};
use pgkeel::database::{Capabilities, ConnectOptions, Query, ReadOnly, TransactionStatus, connect};
use pgkeel_testkit::Server;
use std::path::Path;
use std::time::{Duration, Instant};

#[tokio::test]
async fn the_tap_tells_notices_by_statement_and_what_completed() {
    let database = Server::get(15).database();
    let session = open(&database.url()).await.expect("connects");
    let (tap, before) = (session.tap(), session.tap().round_trips());
    session
        .client()
        .batch_execute(
            "CREATE TABLE t (a int); DROP TABLE IF EXISTS x; ; DO $$ BEGIN RAISE WARNING 'w' USING HINT = 'h'; END $$;
             BEGIN",
        )
        .await
        .expect("valid");
    let (notices, dropped) = tap.take_notices();
    let shown: Vec<_> =
        notices.iter().map(|n| (n.statement, n.severity.as_str(), n.message.as_str())).collect();
    assert_eq!(shown, [(1, "NOTICE", "table \"x\" does not exist, skipping"), (2, "WARNING", "w")]);
    assert_eq!((notices[1].hint.as_deref(), dropped), (Some("h"), 0));
    assert_eq!((tap.completed(), tap.round_trips() - before), (4, 1));
    assert_eq!(tap.transaction_status(), TransactionStatus::InTransaction);
    session.client().batch_execute("SELECT 1; SELECT 1/0; SELECT 2").await.expect_err("fails");
    tap.settled().await;
    assert_eq!((tap.completed(), tap.transaction_status()), (1, TransactionStatus::Failed));
    session.client().batch_execute("ROLLBACK").await.expect("valid");
    assert_eq!((tap.completed(), tap.transaction_status()), (1, TransactionStatus::Idle));
    let pid =
        session.client().query_one("SELECT pg_backend_pid()", &[]).await.expect("valid").get::<_, i32>(0);
    assert_eq!(tap.backend_pid(), Some(pid));
}

#[tokio::test]
async fn ten_thousand_notices_take_bounded_memory_and_are_counted() {
    let database = Server::get(15).database();
    let session = open(&database.url()).await.expect("connects");
    let loud = "DO $$ BEGIN FOR i IN 1..10000 LOOP RAISE NOTICE '%', repeat('x', 20000); END LOOP; END $$";
    session.client().batch_execute(loud).await.expect("valid");
    let (notices, dropped) = session.tap().take_notices();
    assert_eq!(notices.len() as u64 + dropped, 10_000);
    assert!(notices.iter().map(|notice| notice.message.len()).sum::<usize>() <= 9 * 1024 * 1024);
}

#[tokio::test]
async fn settings_cost_no_round_trip_and_may_hold_anything() {
    let database = Server::get(15).database();
    let options = ConnectOptions::default()
        .setting("search_path", "\"my schema\", a\\b")
        .setting("client_connection_check_interval", "2s");
    let session =
        connect(&target(&database.url(), Path::new("/nonexistent")), &options).await.expect("connects");
    assert_eq!((session.tap().round_trips(), session.settings_accepted()), (0, true));
    assert_eq!(value(&session, "SHOW search_path").await, "\"my schema\", a\\b");
    assert_eq!(value(&session, "SHOW client_connection_check_interval").await, "2s");
    assert_eq!(value(&session, "SHOW application_name").await, "pgkeel");
    let named = open(&format!("{}?application_name=mine", database.url())).await.expect("connects");
    assert_eq!(value(&named, "SHOW application_name").await, "mine");
}

#[tokio::test]
async fn read_only_sessions_cannot_write() {
    let database = Server::get(15).database_with("CREATE TABLE t (a int)");
    let target = target(&database.url(), Path::new("/nonexistent"));
    let session = ReadOnly::open(&target, &ConnectOptions::default()).await.expect("connects");
    assert_eq!(session.query("SELECT $1::int + count(*) FROM t", &[&1_i32]).await.expect("reads").len(), 1);
    for write in ["INSERT INTO t VALUES (1)", "CREATE TABLE u ()", "DROP TABLE t"] {
        let error = session.simple_query(write).await.expect_err("refused");
        assert_eq!(error.code().map(tokio_postgres::error::SqlState::code), Some("25006"), "{write}");
    }
    assert_eq!(database.value("SELECT count(*) FROM t"), "0");
}

#[tokio::test]
async fn cancelling_stops_the_statement_and_nothing_later() {
    let database = Server::get(15).database();
    for address in [database.url(), database.socket_url()] {
        let session = open(&address).await.expect("connects");
        let canceller = session.canceller();
        let started = Instant::now();
        let (answer, asked) = tokio::join!(session.client().batch_execute("SELECT pg_sleep(60)"), async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            canceller.cancel().await
        });
        asked.expect("the server took the request");
        let code = answer.expect_err("cancelled").code().map(|code| code.code().to_owned());
        assert_eq!(code.as_deref(), Some("57014"));
        assert!(started.elapsed() < Duration::from_secs(30));
        canceller.cancel().await.expect("cancelling nothing is no error");
        assert_eq!(value(&session, "SELECT 'alive'").await, "alive");
    }
}

#[tokio::test]
async fn why_a_connection_ended_is_known() {
    let database = Server::get(15).database();
    let session = open(&database.url()).await.expect("connects");
    let pid = session.tap().backend_pid().expect("named");
    database.execute(&format!("SELECT pg_terminate_backend({pid})"));
    session.client().batch_execute("SELECT 1").await.expect_err("gone");
    session.tap().settled().await;
    assert_eq!(session.tap().fatal().expect("the server said why").code, "57P01");
}

#[tokio::test]
async fn capabilities_are_found_in_one_round_trip_on_every_major() {
    for major in [14, 15, 16, 17, 18] {
        let server = Server::get(major);
        let role = server.unique_name("plain");
        let database = server.database_with(&format!("CREATE ROLE {role} LOGIN; CREATE EXTENSION pg_trgm"));
        let session = open(&database.url_as(&role)).await.expect("connects");
        let found = Capabilities::probe(&session, session.tap()).await.expect("answers");
        assert_eq!(session.tap().round_trips(), 1);
        assert_eq!((found.major(), found.user.as_str(), found.superuser), (major, role.as_str(), false));
        assert_eq!((found.can_create, found.in_recovery, found.pooled), (false, false, false));
        assert_eq!((found.service, found.obstacle()), (None, None));
        assert!(found.extension("pg_trgm").is_some() && found.extension("vector").is_none());
        assert_eq!(found.encoding, "UTF8");
        session.close().await;
        server.execute(&format!("DROP ROLE {role}"));
    }
}
