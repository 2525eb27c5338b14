//! Sessions on real servers: addresses, TLS, poolers, waiting, the tap on the wire.

mod addresses;
mod authority;
mod libpq;
mod patience;
mod pooler;
mod session;
mod standby;
mod tls;

use pgkeel::database::{ConnectOptions, Environment, Error, Origin, Session, Target, connect};

/// A target that sees nothing of this machine's user: no variables, and `home` as the home folder.
fn target(address: &str, home: &std::path::Path) -> Target {
    let environment = Environment::of([("HOME", home.display().to_string())]);
    Target::read(address, Origin::Given, &environment).unwrap_or_else(|error| panic!("{address}: {error}"))
}

async fn open(address: &str) -> Result<Session, Error> {
    let environment = Environment::of([("HOME", "/nonexistent")]);
    connect(&Target::read(address, Origin::Given, &environment)?, &ConnectOptions::default()).await
}

async fn value(session: &Session, sql: &str) -> String {
    session.client().query_one(sql, &[]).await.unwrap_or_else(|error| panic!("{sql}: {error:?}")).get(0)
}

/// Lets a server read its files again, and waits until new connections see them.
fn reload(server: &pgkeel_testkit::Server) {
    let config = server.config("postgres");
    let ask = |sql: &str| pgkeel_testkit::blocking::rows(&config, sql).expect("answers");
    let before = ask("SELECT pg_conf_load_time()");
    ask("SELECT pg_reload_conf()");
    // Each question is a new connection, which the postmaster serves before or after it has read the files.
    while ask("SELECT pg_conf_load_time()") == before {}
}
