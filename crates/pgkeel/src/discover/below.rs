//! The `.sql` files of a folder and of the folders in it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::is_hidden;
use crate::error::Error;

/// They by path; a file by itself is what it is. A folder to which links lead again, one above for example, is read once.
///
/// # Errors
/// A folder cannot be read.
pub(crate) fn sql_files_below(path: &Path) -> Result<Vec<PathBuf>, Error> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let (mut files, mut folders, mut seen) = (Vec::new(), vec![path.to_owned()], BTreeSet::new());
    while let Some(folder) = folders.pop() {
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { &folder };
        let io = |source| Error::Io { doing: "read", path: folder.display().to_string(), source };
        if !seen.insert(here.canonicalize().map_err(io)?) {
            continue;
        }
        for entry in std::fs::read_dir(here).map_err(io)? {
            let entry = entry.map_err(io)?;
            let path = folder.join(entry.file_name());
            // Only a link has to be followed to know what it is.
            let kind = entry.file_type().ok().filter(|kind| !kind.is_symlink());
            if kind.map_or_else(|| path.is_dir(), |kind| kind.is_dir()) {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("sql"))
                && !is_hidden(&path)
            {
                files.push(path);
            }
        }
    }
    files.sort_unstable_by(|a, b| a.as_os_str().cmp(b.as_os_str()));
    Ok(files)
}

#[cfg(all(test, unix))]
mod tests {
    use super::sql_files_below;

    #[test]
    fn links_to_a_folder_above_end_somewhere() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("b");
        std::fs::create_dir(&inner).unwrap();
        for name in ["c.sql", "b/a.SQL", "b/.hidden.sql", "b/note.txt"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        for name in ["b/up", "b/again"] {
            std::os::unix::fs::symlink(folder.path(), folder.path().join(name)).unwrap();
        }
        let found = sql_files_below(folder.path()).unwrap();
        assert_eq!(found, [folder.path().join("b/a.SQL"), folder.path().join("c.sql")]);
    }
}
