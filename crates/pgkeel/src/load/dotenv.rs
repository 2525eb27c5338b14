//! The `.env` file of a project.

use super::LoadError;
use std::collections::BTreeMap;
use std::path::Path;

/// Its variables; none when there is no such file. The process's environment is not changed.
pub(super) fn read(path: &Path) -> Result<BTreeMap<String, String>, LoadError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(source) => return Err(LoadError::Io { path: path.to_owned(), source }),
    };
    let mut variables = BTreeMap::new();
    for item in dotenvy::from_read_iter(text.as_bytes()) {
        match item {
            // The first of several wins, as everywhere else where `.env` is read.
            Ok((name, value)) => {
                variables.entry(name).or_insert(value);
            }
            Err(dotenvy::Error::Io(source)) => return Err(LoadError::Io { path: path.to_owned(), source }),
            Err(error) => return Err(LoadError::DotEnv { path: path.to_owned(), line: line(&text, &error) }),
        }
    }
    Ok(variables)
}

fn line(text: &str, error: &dotenvy::Error) -> usize {
    let dotenvy::Error::LineParse(bad, _) = error else { return 1 };
    let first = bad.lines().next().unwrap_or_default().trim();
    text.lines().position(|line| line.contains(first)).map_or(1, |index| index + 1)
}
