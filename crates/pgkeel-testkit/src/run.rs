//! The clusters of one test run, shared by its test processes.
//!
//! nextest runs every test in a process of its own, so the first test that needs a major starts its cluster under
//! a file lock, and the others find it. A run is the life of the test processes' parent (cargo-nextest, `cargo
//! test`, or the shell that started a test binary): a watcher stops the clusters when that process is gone, after
//! success, failure, Ctrl-C or `kill -9` alike. There is nothing to start beforehand and nothing to clean up.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cluster::Cluster;
use crate::install::Installation;

/// Free space below which a tmpfs is left alone, in KiB. Docker's default `/dev/shm` has 64 MiB.
const ENOUGH: u64 = 2 * 1024 * 1024;

/// The shared cluster of `major` in this run, started if no test needed it before.
///
/// # Errors
/// That the major is not installed, or why its server does not start.
pub fn shared(major: u32) -> Result<Cluster, String> {
    let installation = Installation::find(major)?;
    let owner = std::os::unix::process::parent_id();
    let run = base()?.join(format!("{owner}-{}", birth(owner)));
    let folder = run.join(major.to_string());
    let explain = |error: std::io::Error| format!("{}: {error}", folder.display());
    std::fs::create_dir_all(&run).map_err(explain)?;
    let lock = File::create(run.join(format!("{major}.lock"))).map_err(explain)?;
    lock.lock().map_err(explain)?;
    let state = folder.join("port");
    if let Ok(port) = std::fs::read_to_string(&state) {
        let port = port.trim().parse().map_err(|_| format!("{} holds no port", state.display()))?;
        return Ok(Cluster { installation, folder, port });
    }
    if folder.exists() {
        // A test was killed between initdb and the start.
        std::fs::remove_dir_all(&folder).map_err(explain)?;
    }
    let cluster = Cluster::create(installation, &folder, &[])?;
    cluster.ends_with_process(owner)?;
    std::fs::write(&state, cluster.port.to_string()).map_err(explain)?;
    Ok(cluster)
}

/// A folder for one private thing of this test process: a cluster, a pool. Unique, not created yet.
///
/// # Errors
/// What the operating system says.
pub fn private_folder(name: &str) -> Result<PathBuf, String> {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = base()?.join(format!("own-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder.join(format!("{name}-{number}")))
}

/// Removes what [`private_folder`] gave, and its parent with the last of them.
pub(crate) fn release(folder: &Path) {
    // What is still in use is removed by the watcher of its cluster; a neighbour keeps the parent.
    let _ = std::fs::remove_dir_all(folder);
    let _ = folder.parent().map(std::fs::remove_dir);
}

/// A short path (a socket's is limited to 107 bytes), in memory when there is room.
fn base() -> Result<PathBuf, String> {
    let memory = Path::new("/dev/shm");
    let parent = if free_kib(memory) >= ENOUGH { memory.to_owned() } else { std::env::temp_dir() };
    let base = parent.join(format!("pgkeel-{}", crate::install::own_user_id()));
    std::fs::create_dir_all(&base).map_err(|error| format!("{}: {error}", base.display()))?;
    Ok(base)
}

fn free_kib(path: &Path) -> u64 {
    let Ok(output) = Command::new("df").arg("-Pk").arg(path).output() else { return 0 };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines()
        .nth(1)
        .and_then(|line| line.split_whitespace().nth(3))
        .and_then(|free| free.parse().ok())
        .unwrap_or(0)
}

/// When a process started (clock ticks since boot, `/proc/<pid>/stat` field 22), because numbers are used again.
fn birth(process: u32) -> String {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The second field is a program's name in parentheses and may hold anything; the rest are numbers.
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    after_name.split_whitespace().nth(19).unwrap_or("0").to_owned()
}
