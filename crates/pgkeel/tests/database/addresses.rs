//! Every way of saying where a database is, against a server that demands passwords.

use super::{open, reload, target, value};
use pgkeel::database::{ConnectOptions, Environment, Origin, Target, connect};
use pgkeel_testkit::Server;
use pgkeel_testkit::server::PrivateServer;
use std::os::unix::fs::PermissionsExt as _;

const AWKWARD: &str = "p@ss:w/rd#?%[ ñ";
const ENCODED: &str = "p%40ss%3Aw%2Frd%23%3F%25%5B%20%C3%B1";

/// A server that trusts `postgres` on its socket and wants SCRAM from everybody else.
fn strict() -> PrivateServer {
    let server = Server::start_private(15, &[]);
    server.execute(&format!("CREATE ROLE \"us er\" LOGIN PASSWORD '{AWKWARD}'"));
    let hba = server.cluster().data().join("pg_hba.conf");
    std::fs::write(
        hba,
        "local all postgres trust\nlocal all all scram-sha-256\nhost all all all scram-sha-256\n",
    )
    .expect("written");
    reload(&server);
    server
}

#[tokio::test]
async fn private_server_with_awkward_passwords() {
    let server = strict();
    let port = server.port();
    let socket = server.socket_folder().display().to_string();
    let quoted = AWKWARD.replace('\'', "\\'");
    for address in [
        format!("postgres://us%20er:{ENCODED}@127.0.0.1:{port}/postgres"),
        format!("postgres://us%20er:{ENCODED}@[::1]:{port}/postgres"),
        format!("postgres://us%20er@localhost:{port}/postgres?password={ENCODED}"),
        format!("postgres:///postgres?host={socket}&port={port}&user=us%20er&password={ENCODED}"),
        format!("postgres://us%20er:{ENCODED}@{}:{port}/postgres", socket.replace('/', "%2F")),
        format!("host={socket} port={port} user='us er' dbname=postgres password='{quoted}'"),
        format!(
            "host=nowhere.invalid,127.0.0.1 port={port} user='us er' dbname=postgres password='{quoted}'"
        ),
        format!("host=anything hostaddr=::1 port={port} user='us er' dbname=postgres password='{quoted}'"),
    ] {
        let session = open(&address).await.unwrap_or_else(|error| panic!("{address}: {error}"));
        assert_eq!(value(&session, "SELECT current_user::text").await, "us er", "{address}");
        session.close().await;
    }
    wrong_passwords_are_explained(port).await;
    passwords_and_services_from_files(port, &socket).await;
}

async fn wrong_passwords_are_explained(port: u16) {
    let wrong =
        open(&format!("postgres://us%20er:SeKret@127.0.0.1:{port}/postgres")).await.expect_err("refused");
    assert_eq!(wrong.sqlstate(), Some("28P01"));
    assert!(wrong.help().expect("there is help").contains("percent-encode"), "{wrong}");
    let none = open(&format!("postgres://us%20er@127.0.0.1:{port}/postgres")).await.expect_err("refused");
    assert!(none.to_string().contains("asks for a password"), "{none}");
    for error in [wrong, none] {
        let shown = format!("{error} {error:?} {:?}", error.help());
        assert!(!shown.contains("SeKret"), "{shown}");
    }
}

async fn passwords_and_services_from_files(port: u16, socket: &str) {
    let home = tempfile::tempdir().expect("a folder");
    let passfile = home.path().join(".pgpass");
    let password = AWKWARD.replace(':', "\\:");
    std::fs::write(
        &passfile,
        format!("127.0.0.1:{port}:*:us er:{password}\n{socket}:*:*:us er:{password}\n"),
    )
    .expect("written");
    let mode =
        |mode| std::fs::set_permissions(&passfile, std::fs::Permissions::from_mode(mode)).expect("set");
    mode(0o600);
    let address = format!("postgres://us%20er@127.0.0.1:{port}/postgres");
    let session =
        connect(&target(&address, home.path()), &ConnectOptions::default()).await.expect("connects");
    assert!(session.place().contains("127.0.0.1"));
    mode(0o644);
    let error =
        connect(&target(&address, home.path()), &ConnectOptions::default()).await.expect_err("refused");
    assert!(error.help().expect("there is help").contains("others may read it"), "{error}");
    mode(0o600);

    std::fs::write(
        home.path().join(".pg_service.conf"),
        format!("[mine]\nhost={socket}\nport={port}\nuser=us er\ndbname=template1\n"),
    )
    .expect("written");
    let home_variable = ("HOME", home.path().display().to_string());
    for (text, variables, database) in [
        ("service=mine", vec![home_variable.clone()], "template1"),
        ("postgres:///postgres?service=mine", vec![home_variable.clone()], "postgres"),
    ] {
        let target = Target::read(text, Origin::Given, &Environment::of(variables)).expect("valid");
        let session = connect(&target, &ConnectOptions::default()).await.expect("connects");
        assert_eq!(value(&session, "SELECT current_database()::text").await, database);
    }
    let by_variables = Environment::of([
        home_variable.clone(),
        ("PGSERVICE", "mine".to_owned()),
        ("PGDATABASE", "postgres".to_owned()),
        ("PGPASSWORD", AWKWARD.to_owned()),
    ]);
    let target = Target::from_libpq_variables(&by_variables).expect("valid").expect("says where");
    let session = connect(&target, &ConnectOptions::default()).await.expect("connects");
    // As in libpq, a service outweighs the variables.
    assert_eq!(value(&session, "SELECT current_database()::text").await, "template1");
    assert!(!target.masked().contains("p%40ss"), "{}", target.masked());
    let missing = Target::read("service=absent", Origin::Given, &Environment::of([home_variable]))
        .expect_err("refused");
    assert!(missing.to_string().contains("\"absent\""), "{missing}");
}

#[tokio::test]
async fn errors_name_every_host_and_what_to_do() {
    let server = Server::get(15);
    let free =
        std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound").port();
    let error =
        open(&format!("postgres://postgres@127.0.0.1:{free},[::1]:{free}/x")).await.expect_err("refused");
    let shown = error.to_string();
    assert!(
        shown.contains(&format!("127.0.0.1:{free}: ")) && shown.contains(&format!("[::1]:{free}: ")),
        "{shown}"
    );
    assert!(error.help().expect("there is help").contains("nothing listens there"));
    let error = open(&server.url("absent")).await.expect_err("refused");
    assert_eq!(error.sqlstate(), Some("3D000"));
    let error = open("postgres://u@nowhere.invalid/x").await.expect_err("refused");
    assert!(error.to_string().contains("cannot be resolved"), "{error}");
    let error =
        open(&format!("postgres:///x?host=/nonexistent&user=u&port={free}")).await.expect_err("refused");
    assert!(error.to_string().contains(&format!("/nonexistent/.s.PGSQL.{free}")), "{error}");
}

#[tokio::test]
async fn sessions_are_of_the_kind_that_is_asked_for() {
    let url = Server::get(15).url("postgres");
    for wanted in ["any", "read-write", "primary", "prefer-standby"] {
        open(&format!("{url}?target_session_attrs={wanted}")).await.expect("connects");
    }
    for wanted in ["standby", "read-only"] {
        let error = open(&format!("{url}?target_session_attrs={wanted}")).await.expect_err("refused");
        assert!(error.to_string().contains("target_session_attrs"), "{error}");
    }
    let read_only = format!("{url}?options=-c%20default_transaction_read_only%3Don&target_session_attrs=");
    open(&format!("{read_only}read-only")).await.expect("connects");
    open(&format!("{read_only}read-write")).await.expect_err("refused");
}
