//! `pgkeel performance [VERSION]`.

use std::process::ExitCode;

use clap::Args;
use pgkeel::database::ReadOnly;
use pgkeel::health;
use pgkeel::load::Found;
use pgkeel::performance::{Around, around, kept, snapshot};
use pgkeel_core::migration::Version;
use pgkeel_core::performance::{Change, Verdict};
use serde_json::json;

use super::migrate::read_migrations;
use crate::context::{Context, store};
use crate::failure::Failure;
use crate::screen::{BAD, BOLD, DIM, GOOD, WARN, count};

/// Versions that are named at most when another one was asked for.
const NAMED: usize = 12;

/// Say what queries cost before and after a run of migrations: `pg_stat_statements` is kept around each run.
#[derive(Debug, Args)]
pub struct Performance {
    /// A migration of the run; the last run when not given
    #[arg(value_name = "VERSION")]
    migration: Option<String>,
}

impl Performance {
    /// Runs the command: exit code 1 when something regressed.
    pub async fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let project = context.project()?;
        let opened = context.open(&project).await?;
        let migrations = match project.found {
            Found::Nothing => Vec::new(),
            Found::Config | Found::PlainFolder => read_migrations(&project)?,
        };
        let wanted = self.migration.as_deref().map(|version| {
            let known = migrations
                .iter()
                .find(|one| Some(&one.version) == Version::parse(version).as_ref() || one.label() == version);
            known.map_or_else(|| version.to_owned(), |one| one.version.as_str().to_owned())
        });
        let session = ReadOnly::open(&opened.target, &health::options()).await?;
        let found = around(&session, &store(&project), wanted.as_deref(), &migrations).await?;
        if let (None, Some(version)) = (&found, &wanted) {
            let kept = kept(&session, &store(&project)).await?;
            let exists = migrations.iter().any(|one| one.version.as_str() == version.as_str());
            if !kept.is_empty() || !exists {
                session.close().await;
                return Err(unknown(version, exists, &kept));
            }
        }
        let why = match &found {
            Some(_) => None,
            None => Some(snapshot(&session, false).await.err().map_or_else(
                || {
                    "no run was kept: pgkeel keeps the counters around each run that applies something"
                        .to_owned()
                },
                |why| why.to_string(),
            )),
        };
        session.close().await;
        let regressed = found.as_ref().is_some_and(|around| {
            around.comparison.changes.iter().any(|change| change.verdict == Verdict::Regressed)
        });
        if context.json() {
            let result = found.as_ref().map(|around| &around.comparison);
            context.screen.json(&json!({
                "format": "pgkeel/performance/1",
                "versions": found.as_ref().map(|around| &around.versions),
                "why_not": why,
                "comparison": result,
            }))?;
        } else {
            let text = found.as_ref().map_or_else(|| why.unwrap_or_default(), text);
            context.screen.result(&text)?;
        }
        Ok(ExitCode::from(u8::from(regressed)))
    }
}

/// Nothing was kept of the migration that was asked for.
fn unknown(version: &str, exists: bool, kept: &[String]) -> Failure {
    let message = if exists {
        format!("nothing was kept of a run that applied {version}")
    } else {
        format!("there is no migration {version}, and nothing was kept of a run that applied one")
    };
    let newest: Vec<&str> = kept.iter().rev().take(NAMED).map(String::as_str).collect();
    let help = match (newest.is_empty(), kept.len().saturating_sub(NAMED)) {
        (true, _) => "without VERSION it tells of the last run; nothing was kept yet".to_owned(),
        (false, 0) => format!("kept, newest first: {}", newest.join(", ")),
        (false, more) => format!("kept, newest first: {} and {more} older", newest.join(", ")),
    };
    Failure::usage(message, help)
}

fn text(around: &Around) -> String {
    let result = &around.comparison;
    let mut lines = vec![format!(
        "{BOLD}around the run that applied {}{BOLD:#}: {} judged, {} called too seldom",
        around.versions.join(", "),
        count(result.judged, "statement"),
        result.too_few
    )];
    if let (Some(before), Some(after)) = (result.before_s, result.after_s) {
        lines.push(format!("{DIM}{:.1} min before, {:.1} min after{DIM:#}", before / 60.0, after / 60.0));
    }
    lines.extend(result.notes.iter().map(|note| format!("{DIM}note: {note}{DIM:#}")));
    for change in &result.changes {
        lines.extend(one(change));
    }
    if result.changes.is_empty() && result.judged > 0 {
        lines.push(format!("{GOOD}✓{GOOD:#} nothing regressed"));
    }
    lines.join("\n")
}

fn one(change: &Change) -> Vec<String> {
    let style = match change.verdict {
        Verdict::Regressed | Verdict::Vanished => BAD,
        Verdict::Suspect | Verdict::Watch => WARN,
        Verdict::Improved => GOOD,
        _ => DIM,
    };
    let query: String =
        change.query.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect();
    let mut lines = vec![
        format!("{style}{}{style:#} by {}: {query}", change.verdict.as_str(), change.role),
        format!(
            "    {:.3} → {:.3} ms per call, {:.1} → {:.1} blocks per call, {:.0} → {:.0} calls{}",
            change.mean_ms.0,
            change.mean_ms.1,
            change.blocks_per_call.0,
            change.blocks_per_call.1,
            change.calls.0,
            change.calls.1,
            change.added_load.map_or_else(String::new, |load| format!(", {:+.2} % of a core", load * 100.0)),
        ),
    ];
    if let (Some(before), Some(after)) = (&change.plan_before, &change.plan_after) {
        for (title, plan) in [("plan before", before), ("plan after", after)] {
            lines.push(format!("    {title}, cost {:.0}:", plan.cost));
            lines.extend(plan.shape.lines().map(|line| format!("      {line}")));
        }
    }
    lines
}
