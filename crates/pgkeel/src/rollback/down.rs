//! Which down script takes a migration back: the one recorded with its entry, the file's, or one that is generated.

use pgkeel_core::history::Entry;
use pgkeel_core::migration::reader::Reader;
use pgkeel_core::migration::{Migration, Part};
use serde::Serialize;

use crate::error::Error;

/// Where a down script comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// It was recorded when the migration was applied.
    Recorded,
    /// The file has one now, and none was recorded, or the file's was asked for.
    File,
    /// Written from the schemas before and after the migration.
    Generated,
}

impl Source {
    /// The word that people read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::File => "from the file",
            Self::Generated => "generated",
        }
    }
}

/// The down script that exists, if one does, and what is to be said about the choice.
pub(super) struct Choice {
    /// The script; `None` when it has to be generated.
    pub(super) found: Option<(Source, Part)>,
    /// What the user should know.
    pub(super) note: Option<String>,
}

/// Chooses for one entry. `migration` is its file, when it is still there.
///
/// # Errors
/// The recorded script is not one.
pub(super) fn choose(entry: &Entry, migration: Option<&Migration>, from_file: bool) -> Result<Choice, Error> {
    let recorded = entry.down_script.as_deref().filter(|script| !script.trim().is_empty());
    let recorded =
        recorded.map(|script| parse(&label(entry), script)).transpose()?.filter(|part| part.statements > 0);
    let file = migration.and_then(|migration| migration.down.clone()).filter(|part| part.statements > 0);
    Ok(match (recorded, file) {
        (Some(_), Some(file)) if from_file => Choice { found: Some((Source::File, file)), note: None },
        (Some(recorded), file) => {
            let changed = file.is_some_and(|file| file.checksum != recorded.checksum);
            let note = changed.then(|| {
                "the file's down part has changed since; the recorded one runs (--from-file takes the file's)".to_owned()
            });
            Choice { found: Some((Source::Recorded, recorded)), note }
        }
        (None, Some(file)) => Choice { found: Some((Source::File, file)), note: None },
        (None, None) => Choice { found: None, note: None },
    })
}

/// A script's text as a part that can be run. Messages name it after the migration that it takes back.
///
/// # Errors
/// The text is no script.
pub(super) fn parse(label: &str, script: &str) -> Result<Part, Error> {
    let file = format!("down script of {label}");
    let wrong = |why: pgkeel_core::migration::Invalid| {
        let line = script.lines().nth(why.position().line.saturating_sub(1)).unwrap_or_default().to_owned();
        Error::Invalid { file: file.clone(), line, why }
    };
    let mut reader = Reader::new(file.clone(), true);
    reader.feed(script).map_err(wrong)?;
    Ok(reader.finish().map_err(wrong)?.up)
}

/// `0014_create_users`, from the history alone.
pub(super) fn label(entry: &Entry) -> String {
    if entry.name.is_empty() {
        entry.version.to_string()
    } else {
        format!("{}_{}", entry.version, entry.name)
    }
}
