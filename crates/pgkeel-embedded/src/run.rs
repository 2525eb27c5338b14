//! The folder of one run: its sockets, and the data of a throw-away database. Deleted when the server stops; what a
//! killed process left behind is deleted by the next start.

use std::fs::{self, File};
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use crate::error::EmbeddedError;

const PREFIX: &str = "pgkeel-embedded-";
/// Held locked while the run lasts.
const ALIVE: &str = "alive";
/// How old a folder without a living owner must be: a younger one may be about to be locked.
const ABANDONED: Duration = Duration::from_mins(1);

/// A folder that only this user may enter (`tempfile` makes it so).
pub(crate) struct Run {
    // Let go before the folder is deleted, which a locked file would hinder on Windows.
    _alive: File,
    folder: TempDir,
}

impl Run {
    /// Makes one, and deletes those of the dead.
    pub(crate) fn create() -> Result<Self, EmbeddedError> {
        let parent = std::env::temp_dir();
        sweep(&parent);
        let failed = |source| EmbeddedError::io(&parent, source);
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir().map_err(failed)?;
        let alive = File::create(folder.path().join(ALIVE)).map_err(failed)?;
        alive.lock().map_err(failed)?;
        Ok(Self { _alive: alive, folder })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Deletes what it can; another user's folders cannot even be looked into.
fn sweep(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(PREFIX) && is_abandoned(&entry.path()) {
            // Of two that sweep at once one finds it gone.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn is_abandoned(folder: &Path) -> bool {
    let name = folder.join(ALIVE);
    let Ok(alive) = File::open(&name) else { return false };
    let old = fs::metadata(&name)
        .and_then(|about| about.modified())
        .is_ok_and(|time| time.elapsed().is_ok_and(|age| age > ABANDONED));
    old && alive.try_lock().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::SystemTime;

    fn folder(parent: &Path, name: &str, age: Duration) -> File {
        let folder = parent.join(name);
        fs::create_dir(&folder).expect("creates");
        let alive = File::create(folder.join(ALIVE)).expect("creates");
        alive.set_modified(SystemTime::now() - age).expect("dates back");
        alive
    }

    #[test]
    fn only_old_folders_of_the_dead_are_deleted() {
        let parent = tempfile::tempdir().expect("folder");
        let hour = Duration::from_hours(1);
        let living = folder(parent.path(), "pgkeel-embedded-living", hour);
        living.lock().expect("locks");
        drop(folder(parent.path(), "pgkeel-embedded-dead", hour));
        drop(folder(parent.path(), "pgkeel-embedded-young", Duration::ZERO));
        drop(folder(parent.path(), "another", hour));
        sweep(parent.path());
        let mut left: Vec<_> = fs::read_dir(parent.path())
            .expect("lists")
            .map(|entry| entry.expect("entry").file_name().into_string().expect("name"))
            .collect();
        left.sort();
        assert_eq!(left, ["another", "pgkeel-embedded-living", "pgkeel-embedded-young"]);
    }
}
