//! `pgkeel auto-fix`.

use std::process::ExitCode;

use clap::Args;
use pgkeel::auto_fix::{AutoFixJob, Diagnosis, Fixed};
use pgkeel_core::finding::Severity;
use pgkeel_core::plan::Step;
use serde_json::{Value, json};

use super::checks::Checks;
use super::migrate::read_migrations;
use super::schema_source::Scratch;
use super::validate::server_major;
use crate::context::{Context, Opened, lock_wait, store};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::screen::{self, BAD, BOLD, DIM, GOOD, WARN};

/// Repair what validate found, as far as adding can repair it: what is missing is made again, invalid indexes are
/// rebuilt, constraints validated, history rows put back. It drops nothing and rewrites no data; what it may not do is
/// listed with the command for it.
#[derive(Debug, Args)]
pub struct AutoFix {
    /// Run the repairs; without it they are planned, proven and shown, and the exit code is 1 when there are any.
    #[arg(long)]
    apply: bool,
    /// Seconds to wait for another run; 0 fails at once.
    #[arg(long, value_name = "SECONDS")]
    wait: Option<u64>,
    #[command(flatten)]
    checks: Checks,
    #[command(flatten)]
    scratch: Scratch,
}

impl AutoFix {
    /// Runs the command.
    pub async fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let project = context.required_project()?;
        let migrations = read_migrations(&project)?;
        let opened = context.open(&project).await?;
        let workshop = self.scratch.workshop_for(&project, server_major(context, &opened).await?);
        let progress = Progress::new(&context.screen);
        let observe = |event| progress.show(&event);
        let job = AutoFixJob {
            target: &opened.target,
            connect: context.writing_options("auto-fix", &opened),
            embedded: opened.embedded,
            migrations: &migrations,
            expect: &project.config.expect,
            store: &store(&project),
            workshop: &workshop,
            options: &self.checks.options(&project)?,
            lock_wait: lock_wait(&project, self.wait),
            observe: &observe,
        };
        let diagnosis = job.diagnose().await?;
        for note in &diagnosis.notes {
            context.screen.note(note);
        }
        let fixed = if self.apply && !diagnosis.is_empty() {
            let stop = crate::signals::stop_on_signal(&job.options.cancel);
            let fixed = job.apply(&diagnosis).await;
            drop(stop);
            progress.end();
            Some(fixed?)
        } else {
            None
        };
        if context.json() {
            context.screen.json(&document(&diagnosis, fixed.as_ref(), &opened))?;
        } else {
            context.screen.result(&text(&diagnosis, fixed.as_ref(), &opened))?;
        }
        let grave = diagnosis.left.iter().any(|left| left.severity >= Severity::Error);
        let pending = !diagnosis.is_empty() && fixed.is_none();
        Ok(ExitCode::from(u8::from(grave || pending)))
    }
}

fn steps(diagnosis: &Diagnosis) -> &[Step] {
    diagnosis.plan().map(|plan| plan.steps.as_slice()).unwrap_or_default()
}

fn text(diagnosis: &Diagnosis, fixed: Option<&Fixed>, opened: &Opened) -> String {
    let mut lines = Vec::new();
    let sign = if fixed.is_some() { format!("{GOOD}✓{GOOD:#}") } else { format!("{GOOD}+{GOOD:#}") };
    let mut cause = "";
    for step in steps(diagnosis) {
        if step.cause != cause {
            cause = &step.cause;
            let why = diagnosis.why.get(cause).and_then(|why| why.first());
            lines.push(format!("  {sign} {}", why.map_or(cause, String::as_str)));
        }
        let indented = step.shown().replace('\n', "\n      ");
        lines.push(format!("      {DIM}{indented};{DIM:#}"));
    }
    if diagnosis.create_history {
        lines.push(format!("  {sign} the history is missing: it is made again"));
    }
    for version in &diagnosis.stamp {
        lines.push(format!(
            "  {sign} migration {version} has no history row, and its objects are there: recorded"
        ));
    }
    if !diagnosis.left.is_empty() {
        lines.push(format!("{BOLD}Left for you{BOLD:#}"));
    }
    for left in &diagnosis.left {
        let style = if left.severity >= Severity::Error { BAD } else { WARN };
        lines.push(format!("  {style}!{style:#} {}: {}", left.object, left.reason));
        if let Some(command) = &left.command {
            lines.push(format!("      {DIM}{}{DIM:#}", command.replace('\n', "\n      ")));
        }
    }
    let repairs = screen::count(steps(diagnosis).len() + diagnosis.stamp.len(), "repair");
    let verdict = match fixed {
        Some(fixed) => format!(
            "{GOOD}✓{GOOD:#} Auto-fix {} done: {repairs}; `pgkeel rollback --fix {}` undoes them",
            fixed.id, fixed.id
        ),
        None if diagnosis.is_empty() && diagnosis.left.is_empty() => {
            format!("{GOOD}✓{GOOD:#} Nothing to repair")
        }
        None if diagnosis.is_empty() => format!("{WARN}!{WARN:#} Nothing that auto-fix may repair"),
        None => {
            let proven = diagnosis.proven.as_ref().map(|proven| format!(", proven on {}", proven.on()));
            format!(
                "{WARN}!{WARN:#} {repairs} planned{}; nothing was done: --apply does them",
                proven.unwrap_or_default()
            )
        }
    };
    lines.push(format!("{verdict}  {DIM}{}{DIM:#}", opened.shown));
    lines.join("\n")
}

fn document(diagnosis: &Diagnosis, fixed: Option<&Fixed>, opened: &Opened) -> Value {
    let step = |step: &Step| {
        json!({
            "object": step.cause,
            "sql": step.shown(),
            "why": diagnosis.why.get(&step.cause),
            "transactional": step.transactional,
        })
    };
    json!({
        "format": "pgkeel/auto-fix/1",
        "database": opened.shown,
        "applied": fixed.is_some(),
        "id": fixed.map(|fixed| fixed.id),
        "base": diagnosis.base,
        "after": fixed.map(|fixed| &fixed.after),
        "proven_on": diagnosis.proven.as_ref().map(pgkeel::prove::Proven::on),
        "steps": steps(diagnosis).iter().map(step).collect::<Vec<_>>(),
        "history": { "create": diagnosis.create_history, "stamp": diagnosis.stamp },
        "left": diagnosis.left,
        "notes": diagnosis.notes,
    })
}
