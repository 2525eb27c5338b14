//! A disk that gets full: a small tmpfs for a tablespace.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Server, account, install, run};

/// A mounted tmpfs, unmounted on drop. Its tablespace has to be dropped or its server stopped before.
#[derive(Debug)]
pub struct SmallDisk {
    path: PathBuf,
}

impl SmallDisk {
    /// Mounts one of `mebibytes`.
    ///
    /// # Panics
    /// When this user may not mount: it takes root or sudo without a password.
    pub fn mount(mebibytes: u32) -> Self {
        Self::try_mount(mebibytes).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Where it is mounted.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes a tablespace on it. The server is to be a private one: a shared one would keep the tablespace.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn tablespace(&self, server: &Server, name: &str) {
        server.execute(&format!("CREATE TABLESPACE {name} LOCATION '{}'", self.path.display()));
    }

    fn try_mount(mebibytes: u32) -> Result<Self, String> {
        let path = run::private_folder("disk")?;
        let explain = |error: std::io::Error| format!("{}: {error}", path.display());
        std::fs::create_dir_all(&path).map_err(explain)?;
        // A tablespace has to belong to the server's user.
        let (user, group) = account::ids().map_err(explain)?;
        let size = format!("size={mebibytes}m,mode=0700,uid={user},gid={group}");
        as_root("mount", |command| command.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&path))?;
        Ok(Self { path })
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: a server that still has files open there ends later. A failure leaves an empty mount behind.
        let _ = as_root("umount", |command| command.arg("-l").arg(&self.path));
        run::release(&self.path);
    }
}

fn as_root(program: &str, arguments: impl FnOnce(&mut Command) -> &mut Command) -> Result<(), String> {
    let mut command = if install::own_user_id() == 0 {
        Command::new(program)
    } else {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", program]);
        sudo
    };
    let output = arguments(&mut command).output().map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{program} failed (a small disk takes root or sudo without a password): {said}"))
}
