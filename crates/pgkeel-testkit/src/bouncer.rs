//! PgBouncer in front of a server.

use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::account::{give_to_server, run_as_server};
use crate::cluster::free_port;
use crate::{Server, run};

/// How long a client keeps a server connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PoolMode {
    /// Until the client disconnects.
    Session,
    /// Until the transaction ends: session settings and advisory locks stray.
    Transaction,
    /// Until the statement ends: no transactions at all.
    Statement,
}

/// A running PgBouncer, stopped on drop.
#[derive(Debug)]
pub struct PgBouncer {
    port: u16,
    process: Child,
    folder: PathBuf,
}

impl PgBouncer {
    /// Starts one in front of `server`, for every database of it.
    ///
    /// # Panics
    /// When it is not installed or does not start, with its log.
    pub fn start(server: &Server, mode: PoolMode) -> Self {
        Self::try_start(server, mode).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The URL of `database` through the pool, as the superuser.
    pub fn url(&self, database: &str) -> String {
        format!("postgresql://postgres@127.0.0.1:{}/{database}", self.port)
    }

    fn try_start(server: &Server, mode: PoolMode) -> Result<Self, String> {
        let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"]
            .into_iter()
            .find(|path| std::path::Path::new(path).exists())
            .ok_or("pgbouncer is not installed: run ./test, or tests/servers/install")?;
        let folder = run::private_folder("pgbouncer")?;
        let port = free_port()?;
        let mode = match mode {
            PoolMode::Session => "session",
            PoolMode::Transaction => "transaction",
            PoolMode::Statement => "statement",
        };
        let configuration = format!(
            // With auth_type=any the user of the connections to the server must be said.
            "[databases]\n* = host={} port={} user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = any\npool_mode = {mode}\nlogfile = {folder}/log\n\
             ignore_startup_parameters = extra_float_digits\ndefault_pool_size = 10\n",
            server.socket_folder().display(),
            server.port(),
            folder = folder.display()
        );
        let file = folder.join("pgbouncer.ini");
        std::fs::create_dir_all(&folder)
            .and_then(|()| std::fs::write(&file, configuration))
            .and_then(|()| give_to_server(&folder))
            .map_err(|error| format!("{}: {error}", folder.display()))?;
        let mut command = std::process::Command::new(program);
        command.arg(&file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = run_as_server(&mut command).spawn().map_err(|error| format!("{program}: {error}"))?;
        let bouncer = Self { port, process, folder };
        let deadline = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if Instant::now() > deadline {
                let log = std::fs::read_to_string(bouncer.folder.join("log")).unwrap_or_default();
                return Err(format!("pgbouncer did not start:\n{log}"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(bouncer)
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing left to do about either failure.
        let _ = self.process.kill();
        let _ = self.process.wait();
        run::release(&self.folder);
    }
}
