//! The servers themselves: each major answers, databases come and go, the oracle tells schemas apart.

use pgkeel_testkit::{PgBouncer, PoolMode, Server, SmallDisk, Standby, dump, per_major};

per_major! {
    async fn is_the_major_asked_for(server) {
        let database = server.database();
        let client = database.client().await;
        let row = client.query_one("SHOW server_version_num", &[]).await.expect("the server answers");
        assert_eq!(row.get::<_, String>(0).parse::<u32>().expect("a number") / 10_000, server.major());
    }
}

per_major! {
    fn pg_dump_tells_schemas_apart(server) {
        let one = server.database_with("CREATE TABLE t (a int PRIMARY KEY); CREATE VIEW v AS SELECT a FROM t;");
        let same = one.copy();
        assert_eq!(one.pg_dump(), same.pg_dump());
        assert!(dump::objects(&one.pg_dump()).contains_key("v; Type: VIEW; Schema: public"), "{}", one.pg_dump());
        same.execute("ALTER TABLE t ADD b text");
        assert_ne!(one.pg_dump(), same.pg_dump());
    }
}

per_major! {
    fn a_standby_follows(server) {
        let pair = Standby::start(server.major());
        pair.primary.execute("CREATE TABLE followed (a int); INSERT INTO followed VALUES (7)");
        let read = "SELECT pg_is_in_recovery()::text || (SELECT count(*) FROM pg_class WHERE relname = 'followed')";
        let seen = || pgkeel_testkit::blocking::rows(&pair.standby.config("postgres"), read).expect("it answers");
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
        while seen() != [[Some("true1".to_owned())]] {
            assert!(std::time::Instant::now() < deadline, "the standby does not follow: {:?}", seen());
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    }
}

#[test]
fn a_database_is_gone_after_the_test() {
    let server = Server::get(15);
    let name = {
        let database = server.database();
        database.execute("CREATE TABLE t (a int)");
        database.name().to_owned()
    };
    let left = format!("SELECT FROM pg_database WHERE datname = '{name}'");
    assert!(
        pgkeel_testkit::blocking::rows(&server.config("postgres"), &left).expect("it answers").is_empty()
    );
}

#[test]
fn psql_reports_its_errors() {
    let database = Server::get(15).database();
    assert_eq!(database.psql("SELECT 1;\n\\echo two").as_deref(), Ok("1\ntwo\n"));
    let error = database.psql("SELECT 1;\nSELECT nothing;").expect_err("the column does not exist");
    assert!(error.contains(":2: ERROR"), "{error}");
}

#[test]
fn a_private_server_has_its_settings_and_survives_a_crash() {
    let server = Server::start_private(16, &[("statement_timeout", "12345")]);
    let database =
        server.database_with("CREATE TABLE kept (a int); INSERT INTO kept VALUES (1); CHECKPOINT;");
    assert_eq!(database.value("SHOW statement_timeout"), "12345ms");
    server.crash();
    server.start();
    assert_eq!(database.value("SELECT count(*) FROM kept"), "1");
}

#[test]
fn a_transaction_pool_answers() {
    let server = Server::get(15);
    let database = server.database();
    let pool = PgBouncer::start(server, PoolMode::Transaction);
    let config = pool.url(database.name()).parse().expect("a URL");
    let rows = pgkeel_testkit::blocking::rows(&config, "SELECT current_database()").expect("it answers");
    assert_eq!(rows, [[Some(database.name().to_owned())]]);
}

#[test]
fn every_way_to_a_database_leads_to_it() {
    let database = Server::get(17).database();
    for url in [database.url(), database.socket_url(), database.url_as("postgres")] {
        let config = url.parse().expect("a URL");
        let rows = pgkeel_testkit::blocking::rows(&config, "SELECT current_database()").expect("it answers");
        assert_eq!(rows, [[Some(database.name().to_owned())]], "{url}");
    }
}

#[test]
fn a_small_disk_gets_full() {
    let disk = SmallDisk::mount(4);
    let server = Server::start_private(15, &[]);
    disk.tablespace(&server, "small");
    let database = server.database();
    let error = database
        .psql("CREATE TABLE t TABLESPACE small AS SELECT repeat('x', 1000) FROM generate_series(1, 10000);")
        .expect_err("ten megabytes do not fit into four");
    assert!(error.contains("No space left on device"), "{error}");
    assert_eq!(database.value("SELECT count(*) FROM pg_class WHERE relname = 't'"), "0");
}
