//! Asks git what a branch changed, and what the base has that the branch has not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Error;

/// What differs from a revision.
pub(super) struct Changes {
    /// Files added or modified, in full.
    pub changed: BTreeSet<PathBuf>,
    /// Files that the revision has too, in full.
    pub on_base: BTreeSet<PathBuf>,
    /// Files of the same folders that only the revision has: name and text.
    pub only_on_base: Vec<(String, String)>,
}

/// What differs between `base` and the working tree, untracked files included, in the folders of these files.
pub(super) fn changes<'a>(
    base: &str,
    files: impl Iterator<Item = &'a Path>,
    migrations: Option<&Path>,
) -> Result<Changes, Error> {
    let mut folders: BTreeSet<PathBuf> = files.filter_map(Path::parent).map(Path::to_owned).collect();
    folders.extend(migrations.map(Path::to_owned));
    let mut changes =
        Changes { changed: BTreeSet::new(), on_base: BTreeSet::new(), only_on_base: Vec::new() };
    let known = folders.iter().find(|folder| folder.is_dir()).map_or(Path::new("."), |folder| folder);
    let resolved = git(known, &["rev-parse", "--verify", "--quiet", &format!("{base}^{{commit}}")]);
    if resolved.is_err() && git(known, &["rev-parse", "--git-dir"]).is_ok() {
        return Err(Error::Revision(base.to_owned()));
    }
    for folder in folders {
        let here = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.clone() };
        if !here.is_dir() {
            continue;
        }
        // What the base changed since the branch left it is not the branch's.
        let left = git(&here, &["merge-base", base, "HEAD"]).unwrap_or_else(|_| base.to_owned());
        let modified =
            git(&here, &["diff", "--name-only", "--relative", "--diff-filter=AMR", left.trim(), "--", "."])?;
        let untracked = git(&here, &["ls-files", "--others", "--exclude-standard", "--", "."])?;
        for name in modified.lines().chain(untracked.lines()) {
            changes.changed.extend(std::fs::canonicalize(here.join(name)).ok());
        }
        let listed = git(&here, &["ls-tree", "-r", "--name-only", base, "--", "."])?;
        changes.on_base.extend(listed.lines().filter_map(|name| std::fs::canonicalize(here.join(name)).ok()));
        for name in listed.lines().filter(|name| is_sql(name) && !here.join(name).exists()) {
            let path = folder.join(name).display().to_string();
            if changes.only_on_base.iter().all(|(known, _)| *known != path) {
                let text = git(&here, &["show", &format!("{base}:./{name}")])?;
                changes.only_on_base.push((path, text));
            }
        }
    }
    Ok(changes)
}

/// When each file of these folders was first committed, in seconds since 1970; what git does not know is missing.
pub fn committed<'a>(files: impl Iterator<Item = &'a Path>) -> BTreeMap<PathBuf, i64> {
    let folders: BTreeSet<PathBuf> = files.filter_map(Path::parent).map(Path::to_owned).collect();
    let mut committed = BTreeMap::new();
    for folder in folders {
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { &folder };
        let asked = [
            "log",
            "--diff-filter=A",
            "--no-renames",
            "--relative",
            "--format=@%ct",
            "--name-only",
            "--",
            ".",
        ];
        let Ok(log) = git(here, &asked) else { continue };
        let mut time = 0;
        // The newest comes first: what an older one says of a file replaces it.
        for line in log.lines() {
            match line.strip_prefix('@').and_then(|seconds| seconds.parse().ok()) {
                Some(seconds) => time = seconds,
                None if is_sql(line) => {
                    committed.insert(folder.join(line), time);
                }
                None => {}
            }
        }
    }
    committed
}

fn is_sql(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("sql"))
}

fn git(folder: &Path, arguments: &[&str]) -> Result<String, Error> {
    let asked = || format!("git {}", arguments.join(" "));
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .output()
        .map_err(|source| Error::Io { doing: "run", path: asked(), source })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(Error::Io { doing: "run", path: asked(), source: std::io::Error::other(said) })
}
