//! What a project runs before and after a run and each of its migrations.

use std::process::Stdio;

use pgkeel_core::config::{Failed, Hook};
use pgkeel_core::event::Event;
use pgkeel_core::migration::Migration;
use pgkeel_core::migration::reader::Reader;
use pgkeel_core::sql::text::decode;
use tokio::process::Command;

use super::Job;
use crate::apply::{Executor, Failure, Script};
use crate::error::Error;

impl Job<'_> {
    /// Runs hooks in their order. `migration` is the one around which they run.
    pub(super) async fn hooks(
        &self,
        executor: &Executor<'_>,
        hooks: &[Hook],
        when: &str,
        migration: Option<&Migration>,
    ) -> Result<(), Failure> {
        for hook in hooks {
            let what = name(hook);
            (self.observe)(Event::HookStarted { when: when.to_owned(), what: what.clone() });
            let ran = self.hook(executor, hook, when, migration).await;
            let reason = match ran {
                Ok(()) => continue,
                Err(Ran::Failed(reason)) => reason,
                Err(Ran::Lost(failure)) => return Err(failure),
            };
            match hook.on_failure {
                Failed::Continue => (self.observe)(Event::HookFailed { what, reason }),
                Failed::Stop => return Err(Failure::Other(Error::Hook { what, reason })),
            }
        }
        Ok(())
    }

    async fn hook(
        &self,
        executor: &Executor<'_>,
        hook: &Hook,
        when: &str,
        migration: Option<&Migration>,
    ) -> Result<(), Ran> {
        if let Some(file) = &hook.sql {
            self.sql(executor, file).await?;
        }
        let Some((program, arguments)) = hook.command.split_first() else { return Ok(()) };
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(&self.run.hook_folder)
            .env("PGKEEL_HOOK", when)
            .env("PGKEEL_MIGRATION", migration.map(Migration::label).unwrap_or_default())
            .stdin(Stdio::null())
            // Standard output belongs to what pgkeel reports.
            .stdout(Stdio::null())
            .kill_on_drop(true);
        let status = tokio::select! {
            status = command.status() => status,
            () = self.run.cancel.cancelled() => return Err(Ran::Failed("was interrupted".to_owned())),
        };
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(Ran::Failed(format!("ended with {status}"))),
            Err(error) => Err(Ran::Failed(format!("could not be started: {error}"))),
        }
    }

    /// The statements of a file, in one transaction.
    async fn sql(&self, executor: &Executor<'_>, file: &str) -> Result<(), Ran> {
        let path = self.run.hook_folder.join(file);
        let read = |error: &dyn std::fmt::Display| Ran::Failed(format!("cannot be read: {error}"));
        let bytes = std::fs::read(&path).map_err(|error| read(&error))?;
        let text = decode(&bytes).map_err(|error| read(&error))?;
        let mut reader = Reader::new(file, true);
        let parts = reader.feed(text).and_then(|()| reader.finish()).map_err(|error| read(&error))?;
        let script = Script { part: &parts.up, label: file.to_owned() };
        let folder = path.parent().unwrap_or(&self.run.hook_folder);
        match executor.run_hook(&script, folder).await {
            Ok(()) => Ok(()),
            Err(Failure::Statement(error)) => Err(Ran::Failed(format!("failed: {error}"))),
            Err(failure) => Err(Ran::Lost(failure)),
        }
    }
}

/// Why a hook did not run to its end.
enum Ran {
    Failed(String),
    Lost(Failure),
}

fn name(hook: &Hook) -> String {
    hook.sql.clone().unwrap_or_else(|| hook.command.join(" "))
}
