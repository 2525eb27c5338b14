//! What the executor runs: the up part of a migration, a plan, a rollback. Which statements, and how the history speaks of
//! them.

use std::collections::BTreeSet;
use std::path::Path;

use pgkeel_core::history::Outcome;
use pgkeel_core::migration::{Migration, Version};

use super::transaction::Settings;
use super::{Script, down_script, needs_steps};
use crate::store::Store;

/// Something to run. All of it that can is one transaction; the rest is cut into steps, noted in the journal.
pub(crate) struct Work<'a> {
    /// Its statements, and its name in messages.
    pub(crate) script: Script<'a>,
    /// Where its file is; only a file too large for memory is read from there.
    pub(crate) folder: &'a Path,
    /// What the journal calls it.
    pub(crate) key: String,
    /// What the history holds of it.
    pub(crate) ledger: Ledger,
    /// Statements, by their number from 0, that PostgreSQL would take in a transaction and that need one of their own:
    /// together with their neighbours they would hold strong locks for long.
    pub(crate) apart: BTreeSet<usize>,
    /// Whether what is done of it is undone when a later step fails, where that is certain to leave nothing.
    pub(crate) undo_half_way: bool,
    /// Settings that hold for all of it, under what the project sets.
    pub(crate) settings: Settings,
    /// Its statements as they may be shown and noted, when some of them hold secrets.
    pub(crate) shown: Option<Vec<String>>,
}

/// How the history speaks of a piece of work, as SQL.
pub(crate) struct Ledger {
    /// A call that fails when the session has lost the lock, or the work must not be done.
    pub(crate) guard: String,
    /// Records it, at the end of its only transaction.
    pub(crate) whole: Vec<String>,
    /// Notes that it begins in steps.
    pub(crate) begin: Vec<String>,
    /// Reads what is noted of it; no row when it has not begun.
    pub(crate) read: String,
    /// Notes that it is taken up again.
    pub(crate) again: Vec<String>,
    /// Records it, after its last step.
    pub(crate) end: Vec<String>,
    /// Notes that a step failed.
    pub(crate) failed: Vec<String>,
    /// Forgets that it has begun: nothing of it is left.
    pub(crate) forget: Vec<String>,
    /// What a person is told to do where nothing tells whether a step took effect.
    pub(crate) unknown: String,
}

impl<'a> Work<'a> {
    /// The up part of a migration, with its history row.
    pub(crate) fn up(store: &Store, migration: &'a Migration, folder: &'a Path) -> Self {
        let down = down_script(migration);
        let version = &migration.version;
        let audit = audit_of(store, migration);
        let ledger = Ledger {
            guard: store.guard(version),
            whole: vec![store.applied(migration, down.as_deref())],
            begin: vec![store.insert(migration, Outcome::Started, down.as_deref())],
            read: store.read_journal(version),
            again: vec![store.restart(migration)],
            end: vec![store.set_outcome(version, Outcome::Applied), audit],
            failed: vec![store.set_outcome(version, Outcome::Failed)],
            forget: store.forget_begun(version).into(),
            unknown: how_to_resolve(version),
        };
        Self {
            script: Script { part: &migration.up, label: migration.label() },
            folder,
            key: version.to_string(),
            ledger,
            apart: BTreeSet::new(),
            undo_half_way: true,
            settings: &[],
            shown: None,
        }
    }

    /// Whether it cannot be one transaction.
    pub(super) fn needs_steps(&self) -> bool {
        !self.apart.is_empty() || needs_steps(self.script.part)
    }

    /// A statement as it may be shown and noted.
    pub(super) fn shown<'s>(&'s self, index: usize, text: &'s str) -> &'s str {
        self.shown.as_ref().and_then(|shown| shown.get(index)).map_or(text, String::as_str)
    }
}

/// The two commands by which a person says what nothing in the database tells.
pub fn how_to_resolve(version: &Version) -> String {
    format!(
        "look at what it does; then `pgkeel history resolve {version} --done --reason ...` goes on behind it, and `pgkeel \
         history resolve {version} --again --reason ...` runs it once more"
    )
}

/// The statement that puts a migration into the audit.
fn audit_of(store: &Store, migration: &Migration) -> String {
    let detail = serde_json::json!({
        "name": migration.name,
        "checksum": migration.up.checksum.value,
        "statements": migration.up.statements,
    });
    store.audit("migrate", Some(migration.version.as_str()), &detail)
}
