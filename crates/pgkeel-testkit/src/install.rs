//! Where the installed servers and client programs are: the reading side of `tests/servers/install`.

use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::process::Command;

/// The programs of one PostgreSQL major.
#[derive(Debug, Clone)]
pub struct Installation {
    /// 14 to 18.
    pub major: u32,
    /// The folder of `initdb`, `pg_ctl` and `postgres`.
    pub bin: PathBuf,
    /// Shared libraries that do not lie where the loader looks by itself.
    pub lib: Option<PathBuf>,
}

impl Installation {
    /// The installation of `major`: the one in the cache, else Debian's.
    ///
    /// # Errors
    /// A message with the folders that were looked into and the command that installs what is missing.
    pub fn find(major: u32) -> Result<Self, String> {
        let cached = cache().join("servers").join(major.to_string());
        let debian = PathBuf::from(format!("/usr/lib/postgresql/{major}/bin"));
        if cached.join("bin/postgres").exists() {
            Ok(Self { major, bin: cached.join("bin"), lib: Some(cached.join("lib")) })
        } else if debian.join("initdb").exists() {
            Ok(Self { major, bin: debian, lib: None })
        } else {
            Err(format!(
                "PostgreSQL {major} is not installed (looked in {} and {}).\nRun ./test at the repository's root once \
                 (or only its first part, tests/servers/install), then run the tests again.",
                cached.display(),
                debian.display()
            ))
        }
    }

    /// A command for one of this installation's programs, with an environment that nothing of the caller's
    /// (`PGHOST`, `PGDATA`, the locale) can disturb.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.bin.join(program));
        clean_environment(&mut command);
        if let Some(lib) = &self.lib {
            command.env("LD_LIBRARY_PATH", lib);
        }
        command
    }
}

/// The majors of [`crate::MAJORS`] that are installed here.
pub fn installed() -> Vec<u32> {
    crate::MAJORS.into_iter().filter(|major| Installation::find(*major).is_ok()).collect()
}

/// A command for `psql` or `pg_dump` of PostgreSQL 18, the one oracle for every major.
///
/// # Panics
/// When it is not installed, with the command that installs it.
pub fn client(program: &str) -> Command {
    let path = cache().join("client").join(program);
    assert!(
        path.exists(),
        "{program} of PostgreSQL 18 is not installed (looked for {}).\nRun ./test at the repository's root once \
         (or only its first part, tests/servers/install), then run the tests again.",
        path.display()
    );
    let mut command = Command::new(path);
    clean_environment(&mut command);
    command.env("PSQLRC", "/dev/null");
    command
}

/// The folder outside the repository that `tests/servers/install` fills; its `--path` prints the same.
pub fn cache() -> PathBuf {
    if let Some(chosen) = std::env::var_os("PGKEEL_TEST_CACHE") {
        PathBuf::from(chosen)
    } else if own_user_id() == 0 {
        PathBuf::from("/var/cache/pgkeel-test")
    } else {
        PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache/pgkeel-test")
    }
}

/// The user id this process runs under; 0 is root.
pub fn own_user_id() -> u32 {
    std::fs::metadata("/proc/self").map_or(u32::MAX, |own| own.uid())
}

fn clean_environment(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    command.env("LC_ALL", "C").env("TZ", "UTC");
}
