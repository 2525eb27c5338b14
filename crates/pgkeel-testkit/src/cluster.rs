//! One PostgreSQL cluster in one folder: initdb, start, stop, crash.

use std::fmt::Write as _;
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::account::{give_to_server, run_as_server};
use crate::install::Installation;

/// Settings of every cluster, chosen for speed over durability. A setting given by a test comes later and wins.
/// Shared memory lies in the data directory, so that a server that was killed leaves none behind.
const SETTINGS: &str = "\
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = logical
max_connections = 200
shared_buffers = 64MB
max_wal_size = 256MB
min_wal_size = 32MB
jit = off
dynamic_shared_memory_type = mmap
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
listen_addresses = '127.0.0.1,::1'
log_line_prefix = '%m [%p] %q%d '
";

/// A cluster: its folder holds `data/`, the socket and `log`.
#[derive(Debug, Clone)]
pub struct Cluster {
    /// The programs it runs with.
    pub installation: Installation,
    /// The folder, which is also the folder of the Unix socket.
    pub folder: PathBuf,
    /// The TCP port on 127.0.0.1 and ::1, and the socket's number.
    pub port: u16,
}

impl Cluster {
    /// Makes and starts a cluster in `folder`, which is created.
    ///
    /// # Errors
    /// What initdb, pg_ctl or the server's log say.
    pub fn create(
        installation: Installation,
        folder: &Path,
        settings: &[(&str, &str)],
    ) -> Result<Self, String> {
        std::fs::create_dir_all(folder)
            .and_then(|()| give_to_server(folder))
            .map_err(|error| format!("{}: {error}", folder.display()))?;
        let mut initdb = installation.command("initdb");
        initdb.args(["-A", "trust", "-U", "postgres", "--locale=C", "--encoding=UTF8", "--no-sync", "-D"]);
        finish(initdb.arg(folder.join("data")), "initdb")?;
        Self::start_in(installation, folder, settings)
    }

    /// Starts the cluster whose `data/` is in `folder` already.
    ///
    /// # Errors
    /// What pg_ctl or the server's log say.
    pub fn start_in(
        installation: Installation,
        folder: &Path,
        settings: &[(&str, &str)],
    ) -> Result<Self, String> {
        let mut cluster = Self { installation, folder: folder.to_owned(), port: 0 };
        let mut failure = String::new();
        // Between choosing a free port and listening on it, somebody else may take it.
        for _ in 0..3 {
            cluster.port = free_port()?;
            cluster.configure(settings)?;
            match cluster.start() {
                Ok(()) => return Ok(cluster),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }

    fn configure(&self, settings: &[(&str, &str)]) -> Result<(), String> {
        let mut text = format!(
            "{SETTINGS}port = {}\nunix_socket_directories = '{}'\n",
            self.port,
            self.folder.display()
        );
        for (name, value) in settings {
            let _ = writeln!(text, "{name} = '{}'", value.replace('\'', "''"));
        }
        let own = self.data().join("pgkeel-test.conf");
        let main = self.data().join("postgresql.conf");
        let include = "include_if_exists = 'pgkeel-test.conf'\n";
        let write = || -> std::io::Result<()> {
            std::fs::write(&own, text)?;
            give_to_server(&own)?;
            let before = std::fs::read_to_string(&main)?;
            if !before.ends_with(include) {
                std::fs::write(&main, before + include)?;
            }
            Ok(())
        };
        write().map_err(|error| format!("{}: {error}", self.data().display()))
    }

    /// Starts the server of a stopped cluster and waits until it accepts connections.
    ///
    /// # Errors
    /// The end of the server's log.
    pub fn start(&self) -> Result<(), String> {
        let mut pg_ctl = self.installation.command("pg_ctl");
        pg_ctl
            .args(["-w", "-t", "60", "-l"])
            .arg(self.folder.join("log"))
            .arg("-D")
            .arg(self.data())
            .arg("start");
        // The server inherits pg_ctl's output, so reading that to its end would wait for the server's end.
        let status = run_as_server(&mut pg_ctl)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .map_err(|error| format!("pg_ctl: {error}"))?;
        if status.success() { Ok(()) } else { Err(format!("PostgreSQL did not start:\n{}", self.log_end())) }
    }

    /// Stops the server: `fast` disconnects everybody, `immediate` is a crash that recovery repairs.
    ///
    /// # Errors
    /// What pg_ctl says.
    pub fn stop(&self, mode: &str) -> Result<(), String> {
        let mut pg_ctl = self.installation.command("pg_ctl");
        finish(pg_ctl.args(["-w", "-m", mode, "-D"]).arg(self.data()).arg("stop"), "pg_ctl stop")
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The last lines of the server's log.
    pub fn log_end(&self) -> String {
        let log = std::fs::read(self.folder.join("log")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        lines.iter().skip(lines.len().saturating_sub(20)).copied().collect::<Vec<_>>().join("\n")
    }

    /// Stops the server and removes its folder once process `owner` is gone, however it went.
    ///
    /// # Errors
    /// When the watching shell cannot be started.
    pub fn ends_with_process(&self, owner: u32) -> Result<(), String> {
        let watch = r#"
            while kill -0 "$1" 2>/dev/null; do sleep 1; done
            server=$(head -n 1 "$2/data/postmaster.pid" 2>/dev/null)
            if [ -n "$server" ]; then
              kill -QUIT "$server" 2>/dev/null
              while kill -0 "$server" 2>/dev/null; do sleep 0.1; done
            fi
            rm -rf "$2" "$2.lock"
            rmdir "${2%/*}" 2>/dev/null"#;
        // A process group of its own, so that Ctrl-C and nextest's kill of a test's group do not reach it; no
        // inherited output, so that nobody waits for it.
        Command::new("sh")
            .args(["-c", watch, "watch", &owner.to_string()])
            .arg(&self.folder)
            .process_group(0)
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map(drop)
            .map_err(|error| format!("sh: {error}"))
    }
}

/// Runs a program as the servers' user.
pub(crate) fn finish(command: &mut Command, name: &str) -> Result<(), String> {
    let output =
        run_as_server(command).stdin(Stdio::null()).output().map_err(|error| format!("{name}: {error}"))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(format!(
            "{name} failed:\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ))
    }
}

pub(crate) fn free_port() -> Result<u16, String> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| format!("no free port: {error}"))
}
