//! `review --fix`: the way back of a migration that has none, as `rollback --generate` writes it.

use std::path::{Path, PathBuf};

use pgkeel::load::Found;
use pgkeel::review::Reviewed;
use pgkeel::rollback::generate::{Outcome, write_downs};
use pgkeel_core::migration::{Migration, Version};

use super::exact::Exact;
use crate::commands::migrate::read_migrations;
use crate::context::displayed;
use crate::failure::Failure;

/// The rule that asks for a way back; where it is switched off, nobody wants one.
pub const RULE: &str = "rollback-missing";

/// Writes the down parts of the reviewed migrations that have none; true when one was written. Another tool's files stay as
/// they are: it would run the down part too.
pub async fn write(exact: &Exact<'_>, reviewed: &Reviewed) -> Result<bool, Failure> {
    let Exact { context, project, scratch, .. } = exact;
    if project.found != Found::Config {
        return Ok(false);
    }
    let full = |path: &str| std::fs::canonicalize(path).unwrap_or_else(|_| PathBuf::from(path));
    let files = reviewed.files.iter().zip(&reviewed.reviewed).filter(|(_, reviewed)| **reviewed);
    let files: Vec<PathBuf> = files.map(|(file, _)| full(&file.path)).collect();
    let migrations = read_migrations(project)?;
    let lacks = |migration: &&Migration| {
        migration.down.as_ref().is_none_or(|down| down.statements == 0)
            && Path::new(&migration.up.file).file_name().is_some_and(|name| {
                files.contains(&full(&project.migrations_dir.join(name).display().to_string()))
            })
    };
    let versions: Vec<Version> =
        migrations.iter().filter(lacks).map(|migration| migration.version.clone()).collect();
    if versions.is_empty() {
        return Ok(false);
    }
    let workshop = scratch.workshop_for(project, None);
    let downs = match write_downs(&project.migrations_dir, &migrations, &versions, &workshop, false).await {
        Ok(downs) => downs,
        Err(error) => {
            context.screen.note(&format!("no down parts were written: {error}"));
            return Ok(false);
        }
    };
    let mut written = false;
    for down in &downs.generated {
        match &down.outcome {
            Outcome::Written { file } => {
                written = true;
                let mut said = format!("{}: its way back is written", displayed(project, file).display());
                for words in &down.loses {
                    said.push_str("; it loses ");
                    said.push_str(words);
                }
                context.screen.say(&said);
            }
            Outcome::NotProven { why } => {
                context.screen.note(&format!("{}: no way back was written: {why}", down.label));
            }
            Outcome::NothingToUndo { .. } => {}
        }
    }
    if let Some(error) = downs.stopped {
        context.screen.note(&format!("no further down parts were written: {error}"));
    }
    Ok(written)
}
