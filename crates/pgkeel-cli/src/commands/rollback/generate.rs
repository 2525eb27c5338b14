//! `pgkeel rollback --generate [VERSION...]`.

use std::process::ExitCode;

use pgkeel::load::Project;
use pgkeel::rollback::generate::{Generated, Outcome, write_downs};
use serde_json::json;

use crate::commands::migrate::{read_migrations, version};
use crate::commands::schema_source::Scratch;
use crate::context::{Context, displayed};
use crate::failure::Failure;
use crate::screen::{BAD, DIM, GOOD, WARN};

/// Writes the down parts that are missing.
pub(super) async fn generate(
    context: &Context,
    project: &Project,
    versions: &[String],
    scratch: &Scratch,
    dry_run: bool,
) -> Result<ExitCode, Failure> {
    let versions = versions.iter().map(|text| version(text)).collect::<Result<Vec<_>, _>>()?;
    let migrations = read_migrations(project)?;
    let workshop = scratch.workshop_for(project, None);
    let folder = &project.migrations_dir;
    let downs = write_downs(folder, &migrations, &versions, &workshop, dry_run).await?;
    let all = &downs.generated;
    let unproven = all.iter().any(|one| matches!(one.outcome, Outcome::NotProven { .. }));
    if context.json() {
        context
            .screen
            .json(&json!({ "format": "pgkeel/generated-downs/1", "dry_run": dry_run, "generated": all }))?;
    } else if all.is_empty() && downs.stopped.is_none() {
        context.screen.result("Every migration has a down part.")?;
    } else if !all.is_empty() {
        let lines: Vec<String> = all.iter().map(|one| generated_lines(one, project, dry_run)).collect();
        context.screen.result(&lines.join("\n"))?;
    }
    match downs.stopped {
        Some(error) => Err(error.into()),
        None => Ok(ExitCode::from(u8::from(unproven))),
    }
}

fn generated_lines(one: &Generated, project: &Project, dry_run: bool) -> String {
    let mut lines = vec![match &one.outcome {
        Outcome::Written { file } => {
            let file = displayed(project, file);
            format!("  {GOOD}✓{GOOD:#} {} {DIM}{}{DIM:#}", one.label, file.display())
        }
        Outcome::NothingToUndo { rows } => {
            let why = if *rows {
                "changes rows and no schema: write by hand what brings them back, if anything does"
            } else {
                "changes nothing here: nothing is to be taken back"
            };
            format!("  {DIM}·{DIM:#} {} {DIM}{why}{DIM:#}", one.label)
        }
        Outcome::NotProven { why } => format!("  {BAD}✗{BAD:#} {}: not written: {why}", one.label),
    }];
    lines.extend(one.loses.iter().map(|words| format!("    {WARN}loses{WARN:#} {words}")));
    lines.extend(one.notes.iter().map(|note| format!("    {DIM}note: {note}{DIM:#}")));
    if dry_run {
        lines.extend(one.script.lines().map(|line| format!("      {line}")));
    }
    lines.join("\n")
}
