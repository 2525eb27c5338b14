//! `rollback --generate`: down parts for files that have none, written from the schemas before and after each migration and
//! proven on the scratch database on which they were found.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use pgkeel_core::migration::{Migration, Version};
use pgkeel_core::plan::{self, Options};
use pgkeel_core::rollback::loss;
use pgkeel_core::rollback::values::bring_back;
use pgkeel_core::sql::script::marker::{Section, section};
use serde::Serialize;

use super::backwards::generated;
use super::down::parse;
use crate::error::Error;
use crate::replay::{self, Replay};
use crate::source::Workshop;

/// What becomes of one migration without a down part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Generated {
    /// Its version.
    pub version: Version,
    /// `0014_create_users`.
    pub label: String,
    /// What was done.
    pub outcome: Outcome,
    /// The down script; empty when there is none.
    pub script: String,
    /// What it loses, statement by statement.
    pub loses: Vec<String>,
    /// What it cannot bring back.
    pub notes: Vec<String>,
}

/// What was done for a migration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// The script was written, or would be.
    Written {
        /// Into this file.
        file: PathBuf,
    },
    /// The migration does not change the schema: there is nothing that a generated script could take back.
    NothingToUndo {
        /// Whether it may have changed rows, whose way back only its author knows.
        rows: bool,
    },
    /// The script does not lead back, so it was not written.
    NotProven {
        /// Why.
        why: String,
    },
}

/// What was generated, and what ended it.
#[derive(Debug, Default)]
pub struct Downs {
    /// Each migration that had no down part, up to where the replay came.
    pub generated: Vec<Generated>,
    /// Why the replay came no further.
    pub stopped: Option<Error>,
}

/// Writes the down parts of the migrations that have none; with `versions`, only of these. With `dry_run` they are only
/// returned. What was proven before a migration that cannot be replayed is written all the same.
///
/// # Errors
/// There is no scratch database, a version is unknown or has a down part, or a file cannot be written.
pub async fn write_downs(
    folder: &Path,
    migrations: &[Migration],
    versions: &[Version],
    workshop: &Workshop,
    dry_run: bool,
) -> Result<Downs, Error> {
    for version in versions {
        wanted(migrations, version)?;
    }
    let has_down = |migration: &Migration| migration.down.as_ref().is_some_and(|down| down.statements > 0);
    let is_wanted = |migration: &Migration| {
        !has_down(migration) && (versions.is_empty() || versions.contains(&migration.version))
    };
    let Some(last) = migrations.iter().rposition(is_wanted) else { return Ok(Downs::default()) };
    let replay = Replay::start(workshop).await.map_err(|error| failed(&error))?;
    let mut downs = Downs::default();
    for migration in migrations.iter().take(last + 1) {
        let done = if is_wanted(migration) {
            one(&replay, migration, folder).await.map(|generated| downs.generated.push(generated))
        } else {
            replay.apply(migration, folder).await
        };
        if let Err(error) = done {
            downs.stopped = Some(failed(&error));
            break;
        }
    }
    replay.close().await;
    if !dry_run {
        for generated in &downs.generated {
            if let Outcome::Written { file } = &generated.outcome {
                write(file, &generated.script)?;
            }
        }
    }
    Ok(downs)
}

fn wanted(migrations: &[Migration], version: &Version) -> Result<(), Error> {
    let refused = |message: String, help: &str| Err(Error::Refused { message, help: help.to_owned() });
    let found = migrations.iter().find(|migration| migration.version == *version);
    match found {
        None => {
            let message = format!("there is no migration {version} in the files");
            Err(Error::Usage { message, help: "`pgkeel status` lists them".to_owned() })
        }
        Some(found) if found.down.as_ref().is_some_and(|down| down.statements > 0) => refused(
            format!("{} has a down part, which is not overwritten", found.label()),
            "take it out of the file first, or leave it as it is",
        ),
        Some(_) => Ok(()),
    }
}

async fn one(replay: &Replay<'_>, migration: &Migration, folder: &Path) -> Result<Generated, replay::Error> {
    let (before, places) = replay.placed().await?;
    replay.apply(migration, folder).await?;
    let mut down = generated(replay, &before, &places).await?;
    bring_back(&mut down, &migration.up);
    let mut result = Generated {
        version: migration.version.clone(),
        label: migration.label(),
        outcome: Outcome::NothingToUndo { rows: loss::writes_rows(&migration.up) },
        script: String::new(),
        loses: down.losses.iter().map(|(_, words)| words.clone()).collect(),
        notes: down.notes.clone(),
    };
    if down.statements.is_empty() {
        return Ok(result);
    }
    result.script = down.script();
    let part = match parse(&result.label, &result.script) {
        Ok(part) => part,
        Err(error) => {
            result.outcome = Outcome::NotProven { why: error.to_string() };
            return Ok(result);
        }
    };
    if let Err(error) = replay.run(&part, folder).await {
        result.outcome = Outcome::NotProven { why: error.to_string() };
        // A transaction that failed left nothing; steps may have, and then the next migration says so.
        return Ok(result);
    }
    let rest = plan::statements(&replay.schema().await?, &before, &Options::default());
    result.outcome = match rest.steps.first() {
        None => Outcome::Written { file: target(folder, migration) },
        Some(step) => {
            Outcome::NotProven { why: format!("after it this is still to be done: {}", step.shown()) }
        }
    };
    replay.apply(migration, folder).await?;
    Ok(result)
}

/// The file itself, or the down file beside an `.up.sql`.
fn target(folder: &Path, migration: &Migration) -> PathBuf {
    let name = |shown: &str| shown.rsplit(['/', '\\']).next().unwrap_or(shown).to_owned();
    if let Some(down) = &migration.down
        && down.file != migration.up.file
    {
        return folder.join(name(&down.file));
    }
    let up = name(&migration.up.file);
    match up.strip_suffix(".up.sql") {
        Some(stem) => folder.join(format!("{stem}.down.sql")),
        None => folder.join(up),
    }
}

/// Puts the script at the end of the file, behind the marker where the file holds both directions.
fn write(file: &Path, script: &str) -> Result<(), Error> {
    let io =
        |doing: &'static str| move |source| Error::Io { doing, path: file.display().to_string(), source };
    let present = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(io("read")(error)),
    };
    let alone = file.to_string_lossy().ends_with(".down.sql");
    let text = String::from_utf8_lossy(&present);
    let marked =
        text.lines().any(|line| line.trim().starts_with("--") && section(line.trim()) == Some(Section::Down));
    let mut addition = String::new();
    if !text.is_empty() && !text.ends_with('\n') {
        addition.push('\n');
    }
    if !alone && !marked {
        addition.push_str("\n-- pgkeel:down\n");
    }
    addition.push_str(script);
    let mut open = std::fs::OpenOptions::new().append(true).create(true).open(file).map_err(io("write"))?;
    open.write_all(addition.as_bytes()).map_err(io("write"))
}

fn failed(error: &replay::Error) -> Error {
    Error::Refused {
        message: format!("the migrations cannot be replayed on a scratch database: {error}"),
        help: "mend the file, or name a server that has what it needs with --scratch-url".to_owned(),
    }
}
