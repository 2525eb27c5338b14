//! `pgkeel rollback --kept`, `--restore`, `--purge-kept`.

use std::process::ExitCode;

use pgkeel::database::ReadOnly;
use pgkeel::load::Project;
use pgkeel::rollback::keep::{KeepJob, Kept, list};
use serde_json::json;

use super::Rollback;
use crate::commands::migrate::version;
use crate::context::{Context, Opened, lock_wait, store};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::screen::{BOLD, DIM, WARN};
use crate::signals::stop_on_signal;

impl Rollback {
    /// What is set aside: listed, put back, or dropped.
    pub(super) async fn kept(
        &self,
        context: &Context,
        project: &Project,
        opened: &Opened,
    ) -> Result<ExitCode, Failure> {
        let store = store(project);
        let progress = Progress::new(&context.screen);
        let job = KeepJob {
            target: &opened.target,
            connect: context.writing_options("rollback", opened),
            store: &store,
            lock_wait: lock_wait(project, self.wait),
            run: self.checks.options(project)?,
            observe: &|event| progress.show(&event),
        };
        let stop = stop_on_signal(&job.run.cancel);
        let (word, all) = if let Some(versions) = &self.restore {
            let versions = versions.iter().map(|text| version(text)).collect::<Result<Vec<_>, _>>()?;
            let restored = job.restore(&versions).await?;
            let session =
                ReadOnly::open(&opened.target, &context.connect_options("rollback --restore")).await?;
            let rest = list(&session, &store).await;
            session.close().await;
            let asked = |kept: &&Kept| versions.is_empty() || versions.contains(&kept.version);
            for Kept { kind, object, version, .. } in rest?.iter().filter(asked) {
                context.screen.note(&format!(
                    "{kind} {object} stays kept: there is no {kind} of this name to put its data into; `pgkeel migrate` applies \
                     {version} again, which makes it and puts the data back"
                ));
            }
            ("put back", restored)
        } else if self.purge_kept {
            ("purged", job.purge().await?)
        } else {
            let session = ReadOnly::open(&opened.target, &context.connect_options("rollback --kept")).await?;
            let all = list(&session, &store).await;
            session.close().await;
            ("kept", all?)
        };
        drop(stop);
        progress.end();
        if context.json() {
            context.screen.json(&json!({ "format": "pgkeel/kept/1", "done": word, "kept": all }))?;
        } else if all.is_empty() {
            context.screen.result(&format!("Nothing is {word}."))?;
        } else {
            let line = |kept: &Kept| {
                let expired = if kept.expired { format!(" {WARN}expired{WARN:#}") } else { String::new() };
                let Kept { kind, object, version, kept_at, expires_at, .. } = kept;
                format!(
                    "  {word}: {kind} {BOLD}{object}{BOLD:#} {DIM}of {version}, since {kept_at}, until {expires_at}{DIM:#}{expired}"
                )
            };
            context.screen.result(&all.iter().map(line).collect::<Vec<_>>().join("\n"))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
