//! `pgkeel drift revert [--apply]`.

use std::process::ExitCode;

use clap::Args;
use pgkeel::apply::plan::{Allowed, PlanJob, forbidden};

use super::Site;
use crate::commands::diff::Ways;
use crate::commands::schema_source::Scratch;
use crate::context::store;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::screen::count;
use crate::signals::stop_on_signal;

/// Show the plan that undoes what changed outside the migrations.
#[derive(Debug, Args)]
pub(super) struct Revert {
    /// Run the plan; without it the plan is only printed, and the exit code is 1 when there is something to undo.
    #[arg(long)]
    apply: bool,
    /// Allow this object's data to be lost, e.g. "column public.users.name"; "all" allows every loss. May be given several
    /// times.
    #[arg(long, value_name = "OBJECT")]
    allow_loss: Vec<String>,
    #[command(flatten)]
    ways: Ways,
}

impl Site<'_> {
    pub(super) async fn revert(&self, scratch: &Scratch, revert: Revert) -> Result<ExitCode, Failure> {
        let screen = &self.context.screen;
        let workshop = scratch.workshop_for(self.project, self.major().await?);
        let drift = self.look(scratch, &revert.ways.options()?).await?;
        for note in &drift.undo.notes {
            screen.note(note);
        }
        if drift.undo.is_empty() {
            screen.say("no drift: there is nothing to undo");
            if self.context.json() {
                screen.json(&drift.undo.to_json())?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        let proven = pgkeel::prove::prove(drift.undo, &drift.live, &drift.expected, &workshop).await?;
        screen.note(&format!("proven on {}", proven.on()));
        if !revert.apply {
            if self.context.json() {
                screen.json(&proven.plan().to_json())?;
            } else {
                screen.result(proven.plan().to_sql().trim_end())?;
            }
            return Ok(ExitCode::from(1));
        }
        let allowed = Allowed { objects: revert.allow_loss };
        if let Some(step) = forbidden(proven.plan(), &allowed) {
            let lost = step.loses.as_deref().unwrap_or("data");
            let cause = &step.cause;
            let message = format!("refused: it would lose {lost}; allow it with --allow-loss \"{cause}\"");
            return Err(Failure::Schema { message, code: 4 });
        }
        let store = store(self.project);
        let progress = Progress::new(screen);
        let job = PlanJob {
            target: &self.opened.target,
            connect: self.context.writing_options("drift", self.opened),
            embedded: self.opened.embedded,
            store: &store,
            plan: proven.plan(),
            allowed: &allowed,
            action: "drift revert",
            lock_wait: self.lock_wait,
            run: self.run.clone(),
            observe: &|event| progress.show(&event),
        };
        let stop = stop_on_signal(&job.run.cancel);
        let done = job.run().await;
        drop(stop);
        progress.end();
        done?;
        screen.say(&format!("undone in {}", count(proven.plan().steps.len(), "step")));
        Ok(ExitCode::SUCCESS)
    }
}
