//! Behind PgBouncer in transaction mode.

use super::{open, target};
use pgkeel::database::{Capabilities, ConnectOptions, Query, ReadOnly, connect};
use pgkeel_testkit::Server;
use pgkeel_testkit::bouncer::{PgBouncer, PoolMode};
use std::path::Path;

#[tokio::test]
async fn a_pooler_is_noticed_and_no_setting_leaks_through_it() {
    let server = Server::get(15);
    let database = server.database_with("CREATE TABLE t (a int)");
    let pool = PgBouncer::start(server, PoolMode::Transaction);
    let address = target(&pool.url(database.name()), Path::new("/nonexistent"));
    let session =
        connect(&address, &ConnectOptions::default().setting("lock_timeout", "1s")).await.expect("connects");
    assert!(!session.settings_accepted());
    let found = Capabilities::probe(&session, session.tap()).await.expect("answers");
    assert!(found.pooled);
    assert!(found.obstacle().expect("refused").contains("pooler"));
    assert_eq!(found.lock_timeout, "0");

    let own =
        open(&format!("{}?options=-c%20geqo%3Doff", pool.url(database.name()))).await.expect_err("refused");
    assert!(own.help().expect("there is help").contains("pooler"), "{own}");

    let reader = ReadOnly::open(&address, &ConnectOptions::default()).await.expect("connects");
    let count = reader.query("SELECT count(*) FROM t WHERE a > $1", &[&0_i32]).await.expect("reads");
    assert_eq!(count[0].get::<_, i64>(0), 0);
    let error = reader.simple_query("INSERT INTO t VALUES (1)").await.expect_err("refused");
    assert_eq!(error.code().map(tokio_postgres::error::SqlState::code), Some("25006"));
    // Another client of the pool, very likely on the same server process, can write.
    let writer = open(&pool.url(database.name())).await.expect("connects");
    writer.client().batch_execute("INSERT INTO t VALUES (1)").await.expect("writes");
}
