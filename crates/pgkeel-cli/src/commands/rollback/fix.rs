//! `pgkeel rollback --fix ID`.

use std::process::ExitCode;

use pgkeel::load::Project;
use pgkeel::rollback::fix::FixJob;
use serde_json::json;

use super::Rollback;
use crate::context::{Context, Opened, lock_wait, store};
use crate::failure::Failure;
use crate::progress::Progress;

impl Rollback {
    /// Undoes a repair, or says how that would be done.
    pub(super) async fn undo_fix(
        &self,
        context: &Context,
        project: &Project,
        opened: &Opened,
        id: i64,
    ) -> Result<ExitCode, Failure> {
        let progress = Progress::new(&context.screen);
        let observe = |event| progress.show(&event);
        let store = store(project);
        let job = FixJob {
            target: &opened.target,
            connect: context.writing_options("rollback", opened),
            embedded: opened.embedded,
            store: &store,
            id,
            allowed: &self.allow_loss,
            lock_wait: lock_wait(project, self.wait),
            run: self.checks.options(project)?,
            observe: &observe,
        };
        let plan = job.plan().await?;
        if !self.dry_run {
            let stop = crate::signals::stop_on_signal(&job.run.cancel);
            let undone = job.undo(&plan).await;
            drop(stop);
            progress.end();
            undone?;
        }
        if context.json() {
            context
                .screen
                .json(&json!({ "format": "pgkeel/undo-fix/1", "dry_run": self.dry_run, "fix": plan }))?;
        } else {
            let indented: Vec<String> = plan.statements.iter().map(|sql| sql.replace('\n', "\n  ")).collect();
            let statements = format!("\n  {};", indented.join(";\n  "));
            let word = if self.dry_run { "would be undone by:" } else { "is undone:" };
            context.screen.result(&format!("Repair #{id} of {} {word}{statements}", plan.at))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
