//! The proxy counts what passes and cuts where it was told to.

use std::time::Duration;

use pgkeel_testkit::blocking::block_on;
use pgkeel_testkit::{Cut, Proxy, Server, TestDatabase};
use tokio_postgres::{Client, NoTls};

async fn connect(proxy: &Proxy, database: &TestDatabase<'_>) -> Client {
    let (client, connection) =
        tokio_postgres::connect(&proxy.url(database.name()), NoTls).await.expect("the proxy passes");
    tokio::spawn(connection);
    client
}

#[test]
fn a_simple_query_is_one_round_trip() {
    let database = Server::get(15).database();
    let proxy = Proxy::start(&database);
    proxy.set_latency(Duration::from_millis(5));
    block_on(async {
        let client = connect(&proxy, &database).await;
        assert_eq!((proxy.traffic().round_trips, proxy.traffic().ready_for_query), (1, 1), "connecting");
        proxy.reset();
        for _ in 0..3 {
            client.batch_execute("BEGIN; SELECT 1; COMMIT").await.expect("it answers");
        }
    });
    let traffic = proxy.traffic();
    assert_eq!((traffic.round_trips, traffic.ready_for_query), (3, 3));
    assert_eq!(traffic.queries(), ["BEGIN; SELECT 1; COMMIT"; 3]);
}

#[test]
fn what_is_pipelined_is_one_round_trip() {
    let database = Server::get(15).database();
    let proxy = Proxy::start(&database);
    proxy.set_latency(Duration::from_millis(20));
    block_on(async {
        let client = connect(&proxy, &database).await;
        proxy.reset();
        let queries = ["SELECT 1", "SELECT 2", "SELECT 3"].map(|query| client.batch_execute(query));
        let [one, two, three] = queries;
        let (one, two, three) = tokio::join!(one, two, three);
        one.and(two).and(three).expect("all answer");
    });
    let traffic = proxy.traffic();
    assert_eq!((traffic.round_trips, traffic.ready_for_query), (1, 3));
}

#[test]
fn a_cut_before_commit_leaves_nothing() {
    let database = Server::get(15).database();
    let proxy = Proxy::start(&database);
    block_on(async {
        let client = connect(&proxy, &database).await;
        proxy.arm(Cut::before_commit());
        client.batch_execute("BEGIN; CREATE TABLE t (a int)").await.expect("not cut yet");
        client.batch_execute("COMMIT").await.expect_err("cut");
    });
    assert_eq!(proxy.cuts(), 1);
    assert_eq!(database.value("SELECT count(*) FROM pg_class WHERE relname = 't'"), "0");
}

#[test]
fn a_cut_after_commit_leaves_the_work_and_an_error() {
    let database = Server::get(15).database();
    let proxy = Proxy::start(&database);
    block_on(async {
        let client = connect(&proxy, &database).await;
        proxy.arm(Cut::after_commit());
        client.batch_execute("BEGIN; CREATE TABLE t (a int); COMMIT").await.expect_err("cut");
        let again = connect(&proxy, &database).await;
        again.batch_execute("BEGIN; SELECT FROM t; COMMIT").await.expect("a cut happens once");
    });
    assert_eq!(proxy.cuts(), 1);
}

#[test]
fn a_numbered_message_and_a_torn_one_are_cut() {
    let database = Server::get(15).database();
    let proxy = Proxy::start(&database);
    block_on(async {
        let client = connect(&proxy, &database).await;
        proxy.arm(Cut::before_message(2).halfway());
        client.batch_execute("SELECT 1").await.expect("message 0");
        client.batch_execute("SELECT 2").await.expect("message 1");
        client.batch_execute("SELECT 3").await.expect_err("message 2 is cut");
        assert!(client.is_closed());
    });
}

#[test]
fn a_frozen_network_says_nothing_and_a_closed_one_refuses() {
    let database = Server::get(15).database();
    let proxy = Proxy::start(&database);
    block_on(async {
        let client = connect(&proxy, &database).await;
        proxy.freeze();
        let silent = tokio::time::timeout(Duration::from_millis(200), client.batch_execute("SELECT 1")).await;
        assert!(silent.is_err(), "nothing passes a frozen proxy");
        proxy.thaw();
        client.batch_execute("SELECT 1").await.expect("it passes again");
        proxy.refuse_connections(true);
        assert!(tokio_postgres::connect(&proxy.url(database.name()), NoTls).await.is_err());
        proxy.cut_all();
        client.batch_execute("SELECT 1").await.expect_err("closed");
    });
}
