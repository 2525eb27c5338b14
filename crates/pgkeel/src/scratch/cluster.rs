//! A private cluster: its own folder, a Unix socket in it, no TCP, no fsync; gone with the value.

use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::installation::Installation;

/// Why a cluster did not start.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// The operating system refused.
    #[error("a private PostgreSQL cluster could not be made: {0}")]
    Io(#[from] io::Error),
    /// A program failed.
    #[error("a private PostgreSQL cluster could not be made: {program} said: {output}")]
    Program {
        /// Which one.
        program: &'static str,
        /// Its words.
        output: String,
    },
    /// PostgreSQL refuses to run as root, and there is nobody else.
    #[error(
        "PostgreSQL refuses to run as root, and this machine has neither a user \"postgres\" nor \"nobody\""
    )]
    Root,
}

/// How long a server may take to answer.
const STARTS_WITHIN: Duration = Duration::from_secs(30);

/// A running cluster.
pub struct Cluster {
    folder: PathBuf,
    server: Child,
    url: String,
}

impl Cluster {
    /// Makes and starts one.
    ///
    /// # Errors
    /// When `initdb` or `postgres` fails.
    pub async fn start(installation: &Installation) -> Result<Self, ClusterError> {
        let installation = installation.clone();
        let result = tokio::task::spawn_blocking(move || make(&installation)).await;
        let mut cluster = result.map_err(io::Error::other)??;
        let started = Instant::now();
        let socket = cluster.folder.join(".s.PGSQL.5432");
        loop {
            if let Some(status) = cluster.server.try_wait()? {
                let log = std::fs::read_to_string(cluster.folder.join("log")).unwrap_or_default();
                let output = format!("{status}: {}", log.trim());
                return Err(ClusterError::Program { program: "postgres", output });
            }
            // The socket is there before the server is ready; it answers the first that waits.
            if socket.exists() && tokio_postgres::connect(&cluster.url, tokio_postgres::NoTls).await.is_ok() {
                return Ok(cluster);
            }
            if started.elapsed() > STARTS_WITHIN {
                let output = format!("no answer within {} seconds", STARTS_WITHIN.as_secs());
                return Err(ClusterError::Program { program: "postgres", output });
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // What is in it is worth nothing: no shutdown checkpoint.
        if self.server.kill().is_ok() {
            let _ = self.server.wait();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn make(installation: &Installation) -> Result<Cluster, ClusterError> {
    let account = account()?;
    let folder = std::env::temp_dir().join(format!(
        "pgkeel-{}-{:06x}",
        std::process::id(),
        fastrand::u32(..0x0100_0000)
    ));
    std::fs::create_dir(&folder)?;
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700))?;
    if let Some((user, group)) = account {
        chown(&folder, Some(user), Some(group))?;
    }
    let data = folder.join("data");
    let made = run(installation, "initdb", account, |command| {
        command.arg("-D").arg(&data).args([
            "-A",
            "trust",
            "-U",
            "postgres",
            "--locale=C",
            "-E",
            "UTF8",
            "-N",
        ]);
    });
    if let Err(error) = made {
        let _ = std::fs::remove_dir_all(&folder);
        return Err(error);
    }
    let mut command = Command::new(installation.bin.join("postgres"));
    command.arg("-D").arg(&data).arg("-k").arg(&folder).args([
        "-c",
        "listen_addresses=",
        "-c",
        "fsync=off",
        "-c",
        "full_page_writes=off",
        "-c",
        "synchronous_commit=off",
        "-c",
        "autovacuum=off",
        "-c",
        "max_connections=20",
        "-c",
        "shared_buffers=64MB",
        "-c",
        "max_locks_per_transaction=1024",
        "-c",
        "wal_level=logical",
        "-c",
        "logging_collector=off",
    ]);
    // The server would take its port and more from the user's variables.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PG")) {
        command.env_remove(name);
    }
    become_account(&mut command, account);
    let log = std::fs::File::create(folder.join("log"))?;
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    let server = command.spawn()?;
    let url = format!("postgresql://postgres@/postgres?host={}&port=5432", encode(&folder));
    Ok(Cluster { folder, server, url })
}

fn run(
    installation: &Installation,
    program: &'static str,
    account: Option<(u32, u32)>,
    arguments: impl FnOnce(&mut Command),
) -> Result<(), ClusterError> {
    let mut command = Command::new(installation.bin.join(program));
    arguments(&mut command);
    become_account(&mut command, account);
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(ClusterError::Program { program, output: String::from_utf8_lossy(&output.stderr).trim().to_owned() })
}

fn become_account(command: &mut Command, account: Option<(u32, u32)>) {
    if let Some((user, group)) = account {
        command.uid(user).gid(group).current_dir("/");
    }
}

/// The user to become: none for everyone but root.
fn account() -> Result<Option<(u32, u32)>, ClusterError> {
    if std::fs::metadata("/proc/self").map_or(1, |own| own.uid()) != 0 {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd")?;
    let find = |wanted: &str| {
        users.lines().find_map(|line| {
            let mut fields = line.split(':');
            let (name, _, user, group) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
            (name == wanted).then_some((user.parse().ok()?, group.parse().ok()?))
        })
    };
    find("postgres").or_else(|| find("nobody")).map(Some).ok_or(ClusterError::Root)
}

/// A path as a part of a URL.
fn encode(path: &Path) -> String {
    use std::fmt::Write as _;
    path.to_string_lossy().bytes().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "%{byte:02X}");
        text
    })
}
