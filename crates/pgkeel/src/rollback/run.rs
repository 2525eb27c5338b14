//! Runs a rollback under the history's lock. What the plan was made for is looked at again there: another entry, another
//! script or data that came in between stops it with nothing done.

use std::time::Instant;

use pgkeel_core::event::Event;
use pgkeel_core::history::{Entry, Outcome};
use pgkeel_core::migration::Part;
use pgkeel_core::preflight::needs::Needs;

use super::keep::keeping;
use super::{Job, Plan, Planned, RolledBack, forbidden, permit};
use crate::access::{Access, Losses, Opened};
use crate::apply::{Executor, Failure, Former, Ledger, Script, Watch, Work};
use crate::error::Error;
use crate::preflight::Intent;
use crate::snapshot::{Before, Reader};
use crate::statement_error::StatementError;
use crate::store::{Store, undo_key};

/// What a run has taken back, over all its sessions.
#[derive(Default)]
struct Progress {
    done: Vec<RolledBack>,
    losses: Losses,
    /// Where in the plan the migration stands that is on its way, and since when.
    in_flight: Option<(usize, Instant)>,
    /// Whether the plan was compared with the history and the data.
    checked: bool,
    /// What the run found.
    before: Before,
}

impl Job<'_> {
    /// Takes back what `plan` says.
    ///
    /// # Errors
    /// It would lose data that nobody allowed to be lost, a script fails on a scratch database, the history is no longer
    /// what the plan was made for, the lock is held, or a statement failed: the error says what is taken back.
    pub async fn roll_back(&self, plan: &Plan) -> Result<Vec<RolledBack>, Error> {
        if let Some((planned, message)) = plan.failing() {
            return Err(Error::Refused {
                message: format!(
                    "the down script of {} fails on a scratch database: {message}",
                    planned.label
                ),
                help: "mend the file's down part and say --from-file, or run it all the same with --no-proof"
                    .to_owned(),
            });
        }
        permit(&plan.forbidden(self.allowed, self.preserve.is_some()))?;
        let access = Access {
            target: self.target,
            connect: &self.connect,
            embedded: self.embedded,
            store: self.store,
            lock_wait: self.lock_wait,
            run: &self.run,
            observe: self.observe,
            former: Former::default(),
        };
        let watch = access.watch();
        let mut progress = Progress::default();
        loop {
            let failure = match self.attempt(&access, watch.as_ref(), plan, &mut progress).await {
                Ok(()) => return Ok(progress.done),
                Err(failure) => failure,
            };
            let lost = match failure {
                Failure::Statement(error) if self.run.cancel.is_cancelled() => {
                    return Err(Error::Interrupted { outcome: explained(*error, plan, &progress).outcome });
                }
                Failure::Statement(error) => {
                    return Err(Error::Statement(Box::new(explained(*error, plan, &progress))));
                }
                Failure::Other(error) => return Err(error),
                Failure::Disconnected(error) => error,
            };
            progress.losses.again(lost, progress.done.len(), &words(&progress), &access)?;
        }
    }

    async fn attempt(
        &self,
        access: &Access<'_>,
        watch: Option<&Watch<'_>>,
        plan: &Plan,
        progress: &mut Progress,
    ) -> Result<(), Failure> {
        let opened = access.open(progress.losses.count > 0, &words(progress)).await?;
        let executor = access.executor(&opened, watch);
        let done = self.take_back(&executor, &opened, plan, progress).await;
        // The lock ends with the session, also after a failure.
        opened.locked.release().await;
        done
    }

    async fn take_back(
        &self,
        executor: &Executor<'_>,
        opened: &Opened,
        plan: &Plan,
        progress: &mut Progress,
    ) -> Result<(), Failure> {
        let entries = self.store.read(executor.session).await.map_err(Failure::of)?.entries;
        let entry_of = |planned: &Planned| entries.iter().find(|entry| entry.version == planned.version);
        // After a lost connection the history tells whether the last transaction was committed.
        if let Some((place, begun)) = progress.in_flight.take()
            && let Some(planned) = plan.migrations.get(place)
        {
            match entry_of(planned) {
                None => self.taken_back(planned, begun, progress),
                Some(entry) if entry.outcome != Outcome::Undoing => {
                    let work = format!("the way back of {}", planned.label);
                    opened.believe(&work, "the end of its row in the history").map_err(Failure::Other)?;
                }
                Some(_) => {}
            }
        }
        if !progress.checked {
            self.recheck(executor, plan, &entries).await.map_err(Failure::Other)?;
            self.look_ahead(executor, plan).await?;
            executor.record_skipped().await?;
            progress.before = Before::look(self.reader(executor), self.store).await.map_err(Failure::of)?;
            progress.checked = true;
        }
        for (place, planned) in plan.migrations.iter().enumerate().skip(progress.done.len()) {
            if self.run.cancel.is_cancelled() {
                return Err(Failure::Other(Error::Interrupted { outcome: words(progress) }));
            }
            let Some(entry) = entry_of(planned) else { continue };
            (self.observe)(Event::MigrationStarted {
                version: planned.version.clone(),
                label: format!("down {}", planned.label),
                statements: planned.statements.len(),
            });
            let begun = Instant::now();
            progress.in_flight = Some((place, begun));
            let part = match self.preserve {
                Some(days) => keeping(&planned.part, self.store, &planned.version, days),
                None => planned.part.clone(),
            };
            let work = Work {
                script: Script { part: &part, label: format!("the way back of {}", planned.label) },
                folder: self.folder,
                key: undo_key(&planned.version),
                ledger: ledger(self.store, planned, self.preserve.is_some()),
                apart: std::collections::BTreeSet::new(),
                undo_half_way: false,
                settings: &[],
                shown: None,
            };
            executor.run(&work, entry.outcome == Outcome::Undoing, None).await?;
            progress.in_flight = None;
            self.taken_back(planned, begun, progress);
        }
        let recorded = progress.before.record(self.reader(executor), self.store, self.observe).await;
        recorded.map_err(Failure::of)
    }

    fn reader<'s>(&'s self, executor: &Executor<'s>) -> Reader<'s> {
        Reader {
            session: executor.session,
            target: self.target,
            options: &self.connect,
            embedded: self.embedded,
        }
    }

    /// The checks before a run, over the scripts of the plan.
    async fn look_ahead(&self, executor: &Executor<'_>, plan: &Plan) -> Result<(), Failure> {
        let parts: Vec<&Part> = plan.migrations.iter().map(|planned| &planned.part).collect();
        let intent = Intent {
            what: "the rollback",
            parts: &parts,
            project: None,
            needs: Needs::of(&parts),
            embedded: self.embedded,
        };
        executor.look_ahead(&intent).await
    }

    fn taken_back(&self, planned: &Planned, begun: Instant, progress: &mut Progress) {
        let elapsed_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (version, label) = (planned.version.clone(), planned.label.clone());
        (self.observe)(Event::RolledBack { version: version.clone(), label: label.clone(), elapsed_ms });
        progress.done.push(RolledBack { version, label, elapsed_ms });
    }

    /// The plan was made without the lock.
    async fn recheck(&self, executor: &Executor<'_>, plan: &Plan, entries: &[Entry]) -> Result<(), Error> {
        let now = self.selected(entries)?;
        let planned: Vec<&Entry> = plan.migrations.iter().map(|planned| &planned.entry).collect();
        if now != planned {
            return Err(Error::Refused {
                message: "the history has changed since the rollback was planned; nothing was done"
                    .to_owned(),
                help: "look at it with `pgkeel log`, and run the command again".to_owned(),
            });
        }
        let mut losses = Vec::new();
        for planned in &plan.migrations {
            let mut planned = planned.clone();
            self.judge(executor.session, &mut planned).await;
            losses.extend(planned.losses);
        }
        permit(&forbidden(losses.iter(), self.allowed, self.preserve.is_some()))
    }
}

/// How the history speaks of a rollback: its entry goes with the last statement, and the audit keeps what it was.
fn ledger(store: &Store, planned: &Planned, preserve: bool) -> Ledger {
    let Planned { version, entry, .. } = planned;
    let detail = serde_json::json!({
        "name": entry.name,
        "script": planned.source,
        "statements": planned.part.statements,
        "class": planned.class,
        "lost": planned.losses.iter().filter(|loss| loss.now && !(preserve && loss.keepable)).map(|loss| &loss.what).collect::<Vec<_>>(),
        "kept": planned.losses.iter().filter(|loss| loss.now && preserve && loss.keepable).map(|loss| &loss.object).collect::<Vec<_>>(),
        "applied_at": entry.applied_at,
        "applied_by": entry.applied_by,
        "checksum": entry.checksum,
    });
    let audit = store.audit("rollback", Some(version.as_str()), &detail);
    let gone: Vec<String> = store.undone(version).into_iter().chain([audit]).collect();
    Ledger {
        guard: store.hold(),
        whole: gone.clone(),
        begin: vec![store.set_undoing(version)],
        read: store.read_undo(version),
        again: Vec::new(),
        end: gone,
        failed: Vec::new(),
        forget: store.forget_undo(version, entry.outcome).into(),
        unknown: "look at what it does; what is done already can be taken out of the file's down part, and `pgkeel rollback \
                  --from-file` runs the rest"
            .to_owned(),
    }
}

fn words(progress: &Progress) -> String {
    match progress.done.as_slice() {
        [] => "Nothing was rolled back by this run".to_owned(),
        done => {
            let labels: Vec<&str> = done.iter().map(|done| done.label.as_str()).collect();
            format!("Rolled back before it: {}", labels.join(", "))
        }
    }
}

/// Adds the line, which stands in the script, and what became of the others.
fn explained(mut error: StatementError, plan: &Plan, progress: &Progress) -> StatementError {
    let planned = progress.in_flight.and_then(|(place, _)| plan.migrations.get(place));
    let statement =
        planned.zip(error.statement).and_then(|(planned, index)| planned.part.in_memory().nth(index));
    error.line = statement.and_then(|statement| {
        let inside = error.position.line.checked_sub(statement.position.line)?;
        let line = statement.text.lines().nth(inside)?;
        let indent =
            if inside == 0 { " ".repeat(statement.position.column.saturating_sub(1)) } else { String::new() };
        Some(format!("{indent}{line}"))
    });
    let this = if error.outcome.is_empty() {
        "The migration stays applied as a whole".to_owned()
    } else {
        error.outcome.replace("pgkeel migrate", "pgkeel rollback")
    };
    error.outcome = format!("{}. {this}.", words(progress));
    error
}
