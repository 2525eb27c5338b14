//! SQL files on disk: one file, a folder of migrations, or a folder of schema files.

use std::path::Path;

use pgkeel_core::migration::{Migration, Version};
use pgkeel_core::sql::text::decode;

use super::Error;
use crate::apply::needs_steps;
use crate::discover;
use crate::load::{CONFIG_FILE, Choice, Project};
use crate::pieces::Pieces;
use crate::scratch::{Runs, Script};

/// In which order scripts run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As they stand: a file, the migrations of a project.
    Theirs,
    /// By their numbers, if they are migrations; a folder of schema files may be numbered, too.
    Numbers,
    /// Any in which they run: schema files.
    Any,
}

/// The scripts of a file or folder.
pub fn read(path: &Path) -> Result<(Vec<Script>, Order), Error> {
    if !path.is_dir() {
        return Ok((vec![script(path)?], Order::Theirs));
    }
    if path.join(CONFIG_FILE).is_file() {
        // A project: what its migrations make.
        let choice = Choice { project: Some(path.to_owned()), ..Choice::default() };
        let (scripts, _) = read(&Project::load(&choice).map_err(Box::new)?.migrations_dir)?;
        return Ok((scripts, Order::Theirs));
    }
    let files = discover::sql_files_below(path).map_err(Box::new)?;
    if files.is_empty() {
        return Err(Error::Empty(path.to_owned()));
    }
    let numbered = files.iter().all(|file| {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        file.parent() == Some(path)
            && name.starts_with(|c: char| c.is_ascii_digit() || c == 'V')
            && pgkeel_core::migration::file_name::parse(&name).is_some()
    });
    if numbered {
        return Ok((migrations(path, &|_| true)?, Order::Numbers));
    }
    Ok((files.iter().map(|file| script(file)).collect::<Result<_, _>>()?, Order::Any))
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
