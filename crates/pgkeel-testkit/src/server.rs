//! Servers: the shared one per major, and private ones that a test may restart, break or configure.

use std::ops::Deref;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio_postgres::Config;

use crate::cluster::Cluster;
use crate::install::Installation;
use crate::{MAJORS, TestDatabase, blocking, run};

/// A running PostgreSQL. Everybody is trusted; the superuser is `postgres`.
#[derive(Debug)]
pub struct Server {
    pub(crate) cluster: Cluster,
}

impl Server {
    /// The shared server of `major`. Tests have databases of their own on it, but its roles are everybody's:
    /// take role names from [`Server::unique_name`].
    ///
    /// # Panics
    /// When the major is unknown, not installed (with the command that installs it) or does not start.
    pub fn get(major: u32) -> &'static Self {
        static SERVERS: [OnceLock<Server>; MAJORS.len()] = [const { OnceLock::new() }; MAJORS.len()];
        let place = MAJORS.iter().position(|known| *known == major);
        let place = place.unwrap_or_else(|| panic!("pgkeel supports PostgreSQL {MAJORS:?}, not {major}"));
        let start = || run::shared(major).map(|cluster| Self { cluster });
        SERVERS
            .get(place)
            .expect("one place per major")
            .get_or_init(|| start().unwrap_or_else(|error| panic!("{error}")))
    }

    /// The majors installed here. For reports only: a test names its majors and fails when one is missing.
    pub fn available_majors() -> Vec<u32> {
        crate::install::installed()
    }

    /// A server of this test alone, with extra settings of `postgresql.conf`; stopped and removed on drop.
    ///
    /// # Panics
    /// When the major is not installed or does not start with these settings.
    pub fn start_private(major: u32, settings: &[(&str, &str)]) -> PrivateServer {
        let start = || {
            let folder = run::private_folder(&major.to_string())?;
            let cluster = Cluster::create(Installation::find(major)?, &folder, settings)?;
            cluster.ends_with_process(std::process::id())?;
            Ok(PrivateServer { server: Self { cluster } })
        };
        start().unwrap_or_else(|error: String| panic!("{error}"))
    }

    /// 14 to 18.
    pub fn major(&self) -> u32 {
        self.cluster.installation.major
    }

    /// The TCP port on 127.0.0.1 and ::1, and the number in the socket's name.
    pub fn port(&self) -> u16 {
        self.cluster.port
    }

    /// The folder of the Unix socket.
    pub fn socket_folder(&self) -> &std::path::Path {
        &self.cluster.folder
    }

    /// The cluster underneath: its data directory, its log.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// How to reach `database` over the Unix socket as `postgres`.
    pub fn config(&self, database: &str) -> Config {
        let mut config = Config::new();
        config.host_path(self.socket_folder()).port(self.port()).user("postgres").dbname(database);
        config.application_name("pgkeel-testkit");
        config
    }

    /// The URL of `database` over TCP as `postgres`.
    pub fn url(&self, database: &str) -> String {
        format!("postgresql://postgres@127.0.0.1:{}/{database}", self.port())
    }

    /// A fresh empty database, dropped with the value.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn database(&self) -> TestDatabase<'_> {
        TestDatabase::create(self, "template1")
    }

    /// A fresh database loaded with `script` by psql; any error in it panics.
    ///
    /// # Panics
    /// When psql reports an error.
    pub fn database_with(&self, script: &str) -> TestDatabase<'_> {
        let database = self.database();
        database.psql(script).unwrap_or_else(|error| panic!("the test's own SQL fails: {error}\n{script}"));
        database
    }

    /// Runs statements in the maintenance database, for what belongs to the cluster: roles, tablespaces.
    ///
    /// # Panics
    /// When the server refuses them.
    pub fn execute(&self, statements: &str) {
        blocking::execute(&self.config("postgres"), statements)
            .unwrap_or_else(|error| panic!("{error:?}\n{statements}"));
    }

    /// A name that no other test of this run uses, for roles and databases.
    pub fn unique_name(&self, prefix: &str) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        format!("{prefix}_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// A server that one test owns.
#[derive(Debug)]
pub struct PrivateServer {
    pub(crate) server: Server,
}

impl PrivateServer {
    /// Stops it, disconnecting everybody.
    ///
    /// # Panics
    /// When it cannot be stopped.
    pub fn stop(&self) {
        self.cluster.stop("fast").unwrap_or_else(|error| panic!("{error}"));
    }

    /// Stops it without a checkpoint, as a power cut would; the next start recovers from the log.
    ///
    /// # Panics
    /// When it cannot be stopped.
    pub fn crash(&self) {
        self.cluster.stop("immediate").unwrap_or_else(|error| panic!("{error}"));
    }

    /// Starts it again on the same port.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(&self) {
        self.cluster.start().unwrap_or_else(|error| panic!("{error}"));
    }
}

impl Deref for PrivateServer {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.server
    }
}

impl Drop for PrivateServer {
    fn drop(&mut self) {
        // It may be stopped already; the watcher of the cluster removes what this leaves.
        let _ = self.server.cluster.stop("immediate");
        run::release(&self.server.cluster.folder);
    }
}
