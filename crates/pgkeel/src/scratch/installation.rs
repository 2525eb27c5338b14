//! PostgreSQL installations of this machine.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Programs of one PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// The folder with `initdb` and `postgres`.
    pub bin: PathBuf,
    /// Major version.
    pub major: u32,
}

/// The installation of the wanted major, else the newest; 14 and later.
pub fn find(wanted: Option<u32>) -> Option<Installation> {
    let mut found: Vec<Installation> = folders().iter().filter_map(|bin| look(bin)).collect();
    found.retain(|installation| installation.major >= 14);
    found.sort_by_key(|installation| (Some(installation.major) == wanted, installation.major));
    found.pop()
}

/// Where packages put the server's programs, which are not on the path, and the path.
fn folders() -> Vec<PathBuf> {
    let mut folders = vec![];
    for root in
        ["/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/opt", "/usr/local/pgsql"]
    {
        let mut entries: Vec<PathBuf> = std::fs::read_dir(root)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path().join("bin"))
            .collect();
        entries.sort();
        folders.extend(entries);
        folders.push(Path::new(root).join("bin"));
    }
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    folders
}

fn look(bin: &Path) -> Option<Installation> {
    if !bin.join("initdb").is_file() {
        return None;
    }
    let output = Command::new(bin.join("postgres")).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    Some(Installation { bin: bin.to_owned(), major: digits.parse().ok()? })
}
