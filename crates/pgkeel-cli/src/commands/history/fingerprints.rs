//! `pgkeel history fingerprint`.

use std::process::ExitCode;

use pgkeel::record::fingerprints::{Job, Recorded};
use serde_json::json;

use crate::commands::checks::ReasonedChecks;
use crate::commands::migrate::read_migrations;
use crate::commands::schema_source::Scratch;
use crate::context::{Context, lock_wait, store};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::screen::{DIM, GOOD, WARN};
use crate::signals::stop_on_signal;

/// Records the fingerprints that are missing. Exits with 1 when some still are.
pub(super) async fn record(
    context: &Context,
    scratch: &Scratch,
    wait: Option<u64>,
    checks: ReasonedChecks,
) -> Result<ExitCode, Failure> {
    let project = context.required_project()?;
    let migrations = read_migrations(&project)?;
    let opened = context.open(&project).await?;
    let workshop = scratch.workshop_for(&project, None);
    let progress = Progress::new(&context.screen);
    let observe = |event| progress.show(&event);
    let job = Job {
        target: &opened.target,
        connect: context.writing_options("history", &opened),
        store: &store(&project),
        migrations: &migrations,
        folder: &project.migrations_dir,
        workshop: &workshop,
        lock_wait: lock_wait(&project, wait),
        run: checks.options(&project, "the fingerprints of the history are filled in")?,
        observe: &observe,
    };
    let stop = stop_on_signal(&job.run.cancel);
    let recorded = job.record().await;
    drop(stop);
    progress.end();
    let recorded = recorded?;
    if context.json() {
        context.screen.json(&json!({ "format": "pgkeel/history/1", "fingerprints": recorded }))?;
    } else {
        context.screen.result(&text(&recorded))?;
    }
    Ok(ExitCode::from(u8::from(recorded.stopped.is_some())))
}

fn text(recorded: &Recorded) -> String {
    let Some(on) = &recorded.on else { return "Every fingerprint is recorded.".to_owned() };
    let mut lines: Vec<String> = recorded
        .recorded
        .iter()
        .map(|known| {
            format!("  {GOOD}✓{GOOD:#} {}_{} {DIM}{}{DIM:#}", known.version, known.name, known.fingerprint)
        })
        .collect();
    lines.extend(recorded.other.iter().map(|known| {
        format!(
            "  {WARN}!{WARN:#} {}_{}: the run recorded another schema than its file leads to: the database held something \
             else then",
            known.version, known.name
        )
    }));
    lines.push(format!("{} recorded from a replay on {on}.", recorded.recorded.len()));
    if let Some(why) = &recorded.stopped {
        lines.push(format!("{WARN}The rest is not known:{WARN:#} {why}"));
    }
    lines.join("\n")
}
