//! What a project runs before and after a run and each of its migrations. A hook that has run to its end is not run again
//! in this run, however often the connection is lost: one of statements leaves an entry in the audit, in its own
//! transaction, which tells whether it was committed.

mod check;
mod command;

use std::time::Instant;

use pgkeel_core::config::{Failed, Hook};
use pgkeel_core::event::Event;
use pgkeel_core::migration::{Migration, Version};

use check::read;

use super::progress::{Progress, applied_words};
use super::{Job, Report};
use crate::apply::{Executor, Failure, Script};
use crate::error::Error;

/// When a hook runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum When {
    Before,
    After,
    BeforeEach,
    AfterEach,
}

impl When {
    fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
            Self::BeforeEach => "before_each",
            Self::AfterEach => "after_each",
        }
    }
}

/// One hook of one moment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Occasion {
    when: When,
    migration: Option<Version>,
    /// Its place among the hooks of that moment.
    index: usize,
}

impl Occasion {
    /// How the audit names it.
    fn target(&self, file: &str) -> String {
        let of = self.migration.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
        format!("{}{of}: {file}", self.when.as_str())
    }
}

impl Job<'_> {
    /// Runs the hooks of a moment in their order. `migration` is the one around which they run.
    pub(super) async fn hooks(
        &self,
        executor: &Executor<'_>,
        when: When,
        migration: Option<&Migration>,
        progress: &mut Progress,
        report: &Report,
    ) -> Result<(), Failure> {
        let hooks = match when {
            When::Before => &self.run.hooks.before,
            When::After => &self.run.hooks.after,
            When::BeforeEach => &self.run.hooks.before_each,
            When::AfterEach => &self.run.hooks.after_each,
        };
        for (index, hook) in hooks.iter().enumerate() {
            let version = migration.map(|migration| migration.version.clone());
            let occasion = Occasion { when, migration: version, index };
            if progress.hooks.contains(&occasion) {
                continue;
            }
            let what = name(hook);
            (self.observe)(Event::HookStarted { when: when.as_str().to_owned(), what: what.clone() });
            let begun = Instant::now();
            let ran = self.hook(executor, hook, &occasion, migration, progress).await;
            match ran {
                Ok(()) => (self.observe)(Event::HookEnded {
                    when: when.as_str().to_owned(),
                    what,
                    elapsed_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
                }),
                Err(Ran::Lost(failure)) => return Err(failure),
                Err(Ran::Failed(_)) if self.run.cancel.is_cancelled() => {
                    return Err(Failure::Other(Error::Interrupted { outcome: applied_words(report) }));
                }
                Err(Ran::Failed(reason)) if hook.on_failure == Failed::Continue => {
                    (self.observe)(Event::HookFailed { what, reason });
                }
                Err(Ran::Failed(reason)) => {
                    let outcome = outcome(&occasion, migration, report);
                    return Err(Failure::Other(Error::Hook { what, reason, outcome }));
                }
            }
            progress.hooks.insert(occasion);
        }
        Ok(())
    }

    async fn hook(
        &self,
        executor: &Executor<'_>,
        hook: &Hook,
        occasion: &Occasion,
        migration: Option<&Migration>,
        progress: &Progress,
    ) -> Result<(), Ran> {
        let when = occasion.when.as_str();
        if let Some(file) = &hook.sql {
            self.sql(executor, file, &occasion.target(file), progress).await?;
        }
        if hook.command.is_empty() {
            return Ok(());
        }
        self.command(hook, when, migration).await
    }

    /// The statements of a file, in one transaction.
    async fn sql(
        &self,
        executor: &Executor<'_>,
        file: &str,
        target: &str,
        progress: &Progress,
    ) -> Result<(), Ran> {
        if progress.losses.count > 0
            && let Some(before) = progress.audited
        {
            let found = self.store.audited_since(executor.session.client(), before, target).await;
            if found.map_err(|error| Ran::Lost(Failure::of(error)))?.is_some() {
                return Ok(());
            }
        }
        let path = self.run.hook_folder.join(file);
        let parts = read(&path, file).map_err(|error| Ran::Failed(error.to_string()))?;
        let script = Script { part: &parts.up, label: file.to_owned() };
        let folder = path.parent().unwrap_or(&self.run.hook_folder);
        let record = self.store.audit("hook", Some(target), &serde_json::json!({}));
        match executor.run_hook(&script, folder, record).await {
            Ok(()) => Ok(()),
            Err(Failure::Statement(error)) => Err(Ran::Failed(format!("failed: {error}"))),
            Err(failure) => Err(Ran::Lost(failure)),
        }
    }
}

/// Why a hook did not run to its end.
pub(super) enum Ran {
    Failed(String),
    Lost(Failure),
}

/// What a failed hook leaves, in words.
fn outcome(occasion: &Occasion, migration: Option<&Migration>, report: &Report) -> String {
    let applied = applied_words(report);
    match (occasion.when, migration) {
        (When::BeforeEach, Some(migration)) => {
            format!("{applied}; {} was not begun", migration.label())
        }
        (When::AfterEach, Some(migration)) => {
            format!("{applied}. {} is applied and stays so", migration.label())
        }
        _ => applied,
    }
}

fn name(hook: &Hook) -> String {
    hook.sql.clone().unwrap_or_else(|| hook.command.join(" "))
}
