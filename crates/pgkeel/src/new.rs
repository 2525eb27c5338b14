//! `new`: the next free number, and files that wait to be written.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use pgkeel_core::migration::Version;

use crate::error::Error;

/// Creates the files of a new migration; none of the `taken` versions is used again, and neither is one that appears
/// on disk in the meantime.
///
/// # Errors
/// The name has no letter or digit, or a file cannot be written.
pub fn create(
    folder: &Path,
    name: &str,
    taken: &[Version],
    at_time: bool,
    pair: bool,
) -> Result<Vec<PathBuf>, Error> {
    let slug = slug(name).ok_or_else(|| Error::Usage {
        message: format!("`{name}` makes no file name"),
        help: "name the migration with letters or digits: `pgkeel new add phone to users`".to_owned(),
    })?;
    std::fs::create_dir_all(folder).map_err(|source| io("create", folder, source))?;
    let mut version = first_free(taken, at_time);
    loop {
        let stem = format!("{version}_{slug}");
        let files: Vec<(PathBuf, String)> = if pair {
            vec![
                (folder.join(format!("{stem}.up.sql")), format!("-- {name}\n\n")),
                (folder.join(format!("{stem}.down.sql")), format!("-- Undoes: {name}\n\n")),
            ]
        } else {
            let text = format!("-- {name}\n-- pgkeel:up\n\n\n-- pgkeel:down\n\n");
            vec![(folder.join(format!("{stem}.sql")), text)]
        };
        if let Some(files) = write(&files)? {
            return Ok(files);
        }
        version = version.next();
    }
}

/// Writes new files; `None` when one of the first is there already.
fn write(files: &[(PathBuf, String)]) -> Result<Option<Vec<PathBuf>>, Error> {
    for (path, text) in files {
        match OpenOptions::new().write(true).create_new(true).open(path) {
            Ok(mut file) => file.write_all(text.as_bytes()).map_err(|source| io("write", path, source))?,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Ok(None),
            Err(source) => return Err(io("write", path, source)),
        }
    }
    Ok(Some(files.iter().map(|(path, _)| path.clone()).collect()))
}

fn first_free(taken: &[Version], at_time: bool) -> Version {
    let newest = taken.iter().max();
    if at_time {
        let now = Version::parse(&Timestamp::now().strftime("%Y%m%d%H%M%S").to_string()).unwrap_or_else(zero);
        return match newest {
            Some(newest) if *newest >= now => newest.next(),
            _ => now,
        };
    }
    // As wide as the others are written.
    newest.map_or_else(|| Version::parse("0001").unwrap_or_else(zero), Version::next)
}

fn zero() -> Version {
    Version::parse("0").expect("a digit is a version")
}

fn slug(name: &str) -> Option<String> {
    let mut slug = String::new();
    for c in name.chars() {
        if c.is_alphanumeric() {
            slug.extend(c.to_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('_') {
            slug.push('_');
        }
    }
    let slug = slug.trim_end_matches('_');
    (!slug.is_empty()).then(|| slug.chars().take(80).collect())
}

fn io(doing: &'static str, path: &Path, source: std::io::Error) -> Error {
    Error::Io { doing, path: path.display().to_string(), source }
}

#[cfg(test)]
mod tests {
    use super::create;
    use pgkeel_core::migration::Version;

    #[test]
    fn a_timestamp_is_utc_and_comes_after_every_other() {
        let folder = tempfile::tempdir().unwrap();
        let taken = [Version::parse("99991231235959").unwrap()];
        let late = create(folder.path(), "x", &taken, true, false).unwrap();
        assert!(late[0].ends_with("99991231235960_x.sql"), "{late:?}");
        let now = create(folder.path(), "x", &[], true, false).unwrap();
        let year = now[0].file_name().unwrap().to_string_lossy().chars().take(4).collect::<String>();
        assert!(year.parse::<u32>().unwrap() >= 2026, "{now:?}");
    }

    #[test]
    fn a_number_that_is_taken_anywhere_is_not_used_again() {
        let folder = tempfile::tempdir().unwrap();
        let taken = [Version::parse("017").unwrap(), Version::parse("3").unwrap()];
        let first = create(folder.path(), "Add  phone!", &taken, false, false).unwrap();
        assert!(first[0].ends_with("018_add_phone.sql"), "{first:?}");
        let second = create(folder.path(), "Add phone", &taken, false, true).unwrap();
        assert!(second[0].ends_with("018_add_phone.up.sql"), "{second:?}");
        assert!(create(folder.path(), "!!", &taken, false, false).is_err());
    }
}
