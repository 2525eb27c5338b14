//! SQL files on disk: one file, a folder of migrations, or a folder of schema files.

use std::path::{Path, PathBuf};

use pgkeel_core::migration::{Migration, Version};
use pgkeel_core::sql::text::decode;

use super::Error;
use crate::apply::needs_steps;
use crate::discover;
use crate::discover::is_hidden;
use crate::load::{CONFIG_FILE, Choice, Project};
use crate::pieces::Pieces;
use crate::scratch::{Runs, Script};

/// The scripts of a file or folder, and whether their statements may run in any order: the schema files of a folder
/// may, a file and migrations run as they stand.
pub fn read(path: &Path) -> Result<(Vec<Script>, bool), Error> {
    if !path.is_dir() {
        return Ok((vec![script(path)?], false));
    }
    if path.join(CONFIG_FILE).is_file() {
        // A project: what its migrations make.
        let choice = Choice { project: Some(path.to_owned()), ..Choice::default() };
        return read(&Project::load(&choice).map_err(Box::new)?.migrations_dir);
    }
    let files = sql_files(path)?;
    if files.is_empty() {
        return Err(Error::Empty(path.to_owned()));
    }
    let numbered = files.iter().all(|file| {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.starts_with(|c: char| c.is_ascii_digit() || c == 'V')
            && pgkeel_core::migration::file_name::parse(&name).is_some()
    });
    if numbered {
        return Ok((migrations(path, &|_| true)?, false));
    }
    Ok((files.iter().map(|file| script(file)).collect::<Result<_, _>>()?, true))
}

/// The scripts of the migrations of a folder that are wanted, in their order.
pub fn migrations(folder: &Path, wanted: &dyn Fn(&Version) -> bool) -> Result<Vec<Script>, Error> {
    let migrations = discover::migrations(folder, folder).map_err(Box::new)?;
    migrations.iter().filter(|migration| wanted(&migration.version)).map(up).collect()
}

/// A migration's up part.
pub fn up(migration: &Migration) -> Result<Script, Error> {
    let part = &migration.up;
    let runs = if needs_steps(part) { Runs::InSteps } else { Runs::Together };
    let mut pieces = Pieces::of(part, Path::new(&part.file)).map_err(Box::new)?;
    let mut all = Vec::new();
    while let Some(piece) = pieces.next().map_err(Box::new)? {
        all.push(piece.into_owned());
    }
    Ok(Script { file: part.file.clone(), pieces: all, runs })
}

fn script(path: &Path) -> Result<Script, Error> {
    let failed = |error| Error::File { path: path.to_owned(), error };
    let bytes = std::fs::read(path).map_err(failed)?;
    let text = decode(&bytes)
        .map_err(|why| failed(std::io::Error::new(std::io::ErrorKind::InvalidData, why.to_string())))?;
    Ok(Script::new(path.display().to_string(), text)?)
}

/// The `.sql` files of a folder and the folders in it, by name.
fn sql_files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut found = vec![];
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let failed = |error| Error::File { path: folder.clone(), error };
        for entry in std::fs::read_dir(&folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("sql"))
                && !is_hidden(&path)
            {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
