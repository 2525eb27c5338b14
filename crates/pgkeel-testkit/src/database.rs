//! A database of one test.

use std::io::Write as _;
use std::process::Stdio;

use tokio_postgres::{Client, NoTls};

use crate::{Server, blocking, dump, install};

/// A fresh database, dropped with the value (also when the test panics).
#[derive(Debug)]
pub struct TestDatabase<'server> {
    server: &'server Server,
    name: String,
}

impl<'server> TestDatabase<'server> {
    pub(crate) fn create(server: &'server Server, template: &str) -> Self {
        let name = server.unique_name("t");
        server.execute(&format!("CREATE DATABASE {name} TEMPLATE {template}{}", strategy(server.major())));
        Self { server, name }
    }

    /// A copy of this database, on the same server. Nobody may be connected to it.
    ///
    /// # Panics
    /// When the server refuses.
    #[must_use]
    pub fn copy(&self) -> Self {
        Self::create(self.server, &self.name)
    }

    /// The database's name: lower-case letters, digits and underscores.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The server that it is on.
    pub fn server(&self) -> &'server Server {
        self.server
    }

    /// Its URL over TCP as the superuser.
    pub fn url(&self) -> String {
        self.server.url(&self.name)
    }

    /// Its URL over TCP as `role`, which everybody may be.
    pub fn url_as(&self, role: &str) -> String {
        format!("postgresql://{role}@127.0.0.1:{}/{}", self.server.port(), self.name)
    }

    /// Its URL over the Unix socket, the folder percent-encoded in the place of the host.
    pub fn socket_url(&self) -> String {
        let folder = self.server.socket_folder().to_string_lossy().replace('/', "%2F");
        format!("postgresql://postgres@{folder}:{}/{}", self.server.port(), self.name)
    }

    /// How to reach it over the Unix socket, as the superuser.
    pub fn config(&self) -> tokio_postgres::Config {
        self.server.config(&self.name)
    }

    /// A connection of the plain driver, as the superuser.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn client(&self) -> Client {
        let (client, connection) =
            self.config().connect(NoTls).await.unwrap_or_else(|error| panic!("{}: {error:?}", self.name));
        // It ends with the client; a broken connection shows in the client's own errors.
        tokio::spawn(connection);
        client
    }

    /// Runs statements over the simple-query protocol.
    ///
    /// # Panics
    /// When the server refuses them.
    pub fn execute(&self, statements: &str) {
        blocking::execute(&self.config(), statements)
            .unwrap_or_else(|error| panic!("{error:?}\n{statements}"));
    }

    /// The rows of a query as text.
    ///
    /// # Panics
    /// When the server refuses it.
    pub fn rows(&self, query: &str) -> Vec<Vec<Option<String>>> {
        blocking::rows(&self.config(), query).unwrap_or_else(|error| panic!("{error:?}\n{query}"))
    }

    /// The first column of the first row as text; empty for NULL.
    ///
    /// # Panics
    /// When the server refuses the query or it gives no row.
    pub fn value(&self, query: &str) -> String {
        let first = self.rows(query).into_iter().next().and_then(|row| row.into_iter().next());
        first.unwrap_or_else(|| panic!("no row: {query}")).unwrap_or_default()
    }

    /// Runs a script through psql 18 with `ON_ERROR_STOP`: what a script means is what psql says.
    ///
    /// # Errors
    /// What psql wrote to its error output.
    ///
    /// # Panics
    /// When psql is not installed.
    pub fn psql(&self, script: &str) -> Result<String, String> {
        let mut psql = install::client("psql");
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-", "-d"]).arg(self.url());
        let mut child = psql
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("psql: {error}"))?;
        let mut input = child.stdin.take().expect("stdin is piped");
        std::thread::scope(|scope| {
            // psql may stop reading at an error: a broken pipe is its way to say so, its error output says more.
            scope.spawn(move || drop(input.write_all(script.as_bytes())));
            let output = child.wait_with_output().map_err(|error| format!("psql: {error}"))?;
            if output.status.success() {
                Ok(String::from_utf8_lossy(&output.stdout).into_owned())
            } else {
                Err(String::from_utf8_lossy(&output.stderr).into_owned())
            }
        })
    }

    /// The schema as pg_dump 18 tells it, normalised: see [`dump`].
    ///
    /// # Panics
    /// When pg_dump is not installed or fails.
    pub fn pg_dump(&self) -> String {
        self.pg_dump_with(&["--schema-only"])
    }

    /// What pg_dump 18 writes with these options, normalised.
    ///
    /// # Panics
    /// When pg_dump is not installed or fails.
    pub fn pg_dump_with(&self, options: &[&str]) -> String {
        let mut pg_dump = install::client("pg_dump");
        let output = pg_dump.args(options).arg("-d").arg(self.url()).stdin(Stdio::null()).output();
        let output = output.unwrap_or_else(|error| panic!("pg_dump: {error}"));
        assert!(output.status.success(), "pg_dump failed: {}", String::from_utf8_lossy(&output.stderr));
        dump::normalise(&String::from_utf8_lossy(&output.stdout))
    }
}

impl Drop for TestDatabase<'_> {
    fn drop(&mut self) {
        // The server may be stopped by the test itself, and a panic while panicking would abort the process.
        let drop_it = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let _ = blocking::execute(&self.server.config("postgres"), &drop_it);
    }
}

/// Copying files is several times faster than logging each page where nothing is synced to disk. PostgreSQL 14
/// knows no other way and no word for it.
fn strategy(major: u32) -> &'static str {
    if major >= 15 { " STRATEGY file_copy" } else { "" }
}
