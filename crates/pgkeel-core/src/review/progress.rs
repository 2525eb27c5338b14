//! What the statements of a file have done so far: its transaction, its settings, the locks it holds.

use std::collections::BTreeSet;

use super::context::Context;
use super::history_model::{Model, TableConstraint};
use super::settings::Settings;
use super::source::{File, Statement};
use crate::sql::effect::{
    Filter, LockMode, Origin, TransactionControl, What, cannot_run_in_transaction, locks,
};

/// The state before a statement.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of the session by itself")]
pub struct Progress {
    /// Inside `BEGIN` ... `COMMIT` that the file wrote.
    pub begun: bool,
    /// Inside a transaction: begun, or the runner's.
    pub in_transaction: bool,
    /// The runner wraps the file in a transaction.
    pub wrapped: bool,
    /// `lock_timeout` was set to something that waits not forever, by the statement of this index.
    pub lock_timeout: Option<(usize, u64)>,
    /// `statement_timeout` likewise.
    pub statement_timeout: Option<(usize, u64)>,
    /// The session's time zone was set to UTC.
    pub utc: bool,
    /// Locks held on tables that others use: key, mode, the first statement that took it.
    pub held: Vec<(String, LockMode, usize)>,
    /// The same locks without the statement.
    locked: BTreeSet<(String, LockMode)>,
    /// Constraints added `NOT VALID` in this transaction: table, name.
    pub not_valid: Vec<(String, String)>,
    /// Constraints dropped in this file.
    pub dropped: Vec<(String, TableConstraint)>,
    /// Enum values added in this transaction: type, value, whether the type is new here too.
    pub enum_values: Vec<(String, String, bool)>,
    /// Tables that got rows written in this transaction.
    pub written: BTreeSet<String>,
    /// Tables that lost all of their rows in this file and got none since.
    pub emptied: Vec<String>,
    /// Settings changed for the session and not reset: name and statement.
    pub session: Vec<(String, usize)>,
    /// Triggers disabled and not enabled again: table and statement.
    pub disabled_triggers: Vec<(String, usize)>,
}

/// What only the model before a statement knows of it.
#[derive(Debug)]
pub struct Before {
    /// Locks that the statement takes on tables that others use.
    locks: Vec<(String, LockMode)>,
    /// The constraints that it drops, with their table.
    dropped: Vec<(String, TableConstraint)>,
}

impl Before {
    /// Looks at a statement that is about to be passed.
    pub fn of(context: &Context<'_>) -> Self {
        let mut before = Self { locks: Vec::new(), dropped: Vec::new() };
        for effect in context.effects() {
            let shared = locks(&effect.what).into_iter().filter(|(table, _)| context.is_shared(table));
            before.locks.extend(shared.map(|(table, mode)| (context.model.key(&table), mode)));
            if let What::DropConstraint { table, constraint, .. } = &effect.what {
                let known = context.model.table(table).into_iter().flat_map(|table| &table.constraints);
                let known = known.filter(|known| known.name == constraint.last());
                before.dropped.extend(known.map(|known| (context.model.key(table), known.clone())));
            }
        }
        before
    }
}

/// A statement that was passed: the file's index, its own, what it does, and what is there after it.
#[derive(Debug, Clone, Copy)]
pub struct Passed<'a> {
    /// Index of the file.
    pub index: usize,
    /// Index of the statement in the file.
    pub at: usize,
    /// The statement.
    pub statement: &'a Statement,
    /// What all statements up to this one made.
    pub model: &'a Model,
}

impl Progress {
    /// The state before the first statement.
    pub fn of(file: &File, settings: &Settings) -> Self {
        // A file with a statement that PostgreSQL refuses in a transaction runs statement by statement.
        let alone = file.up().any(|(_, statement)| cannot_run_in_transaction(&statement.reading.effects));
        let wrapped = settings.assume_transaction && !file.no_transaction && !alone;
        Self { in_transaction: wrapped, wrapped, ..Self::default() }
    }

    /// Goes past a statement.
    pub fn pass(&mut self, passed: Passed<'_>, before: Before) {
        let mut dropped = before.dropped.into_iter();
        let effects = passed.statement.reading.effects.iter();
        for effect in effects.filter(|effect| effect.origin != Origin::Function) {
            self.take(&effect.what, passed, &mut dropped);
        }
        for (table, mode) in before.locks {
            if self.locked.insert((table.clone(), mode)) {
                self.held.push((table, mode, passed.at));
            }
        }
        if !self.in_transaction {
            self.held.clear();
            self.locked.clear();
        }
    }

    fn take(
        &mut self,
        what: &What,
        context: Passed<'_>,
        constraints: &mut dyn Iterator<Item = (String, TableConstraint)>,
    ) {
        match what {
            What::Transaction(TransactionControl::Begin) => {
                self.begun = true;
                self.in_transaction = true;
            }
            What::Transaction(TransactionControl::Commit | TransactionControl::Rollback) => {
                let wrapped = self.wrapped && !self.begun;
                let session = std::mem::take(&mut self.session);
                let disabled = std::mem::take(&mut self.disabled_triggers);
                let dropped = std::mem::take(&mut self.dropped);
                let emptied = std::mem::take(&mut self.emptied);
                *self = Self {
                    wrapped,
                    in_transaction: false,
                    session,
                    disabled_triggers: disabled,
                    dropped,
                    emptied,
                    ..Self::default()
                };
            }
            What::Set { name, value, local } => self.set(name, value, *local, context.at),
            What::Reset { name: Some(name) } => self.session.retain(|(known, _)| known != name),
            What::Reset { name: None } | What::Discard { all: true } => self.session.clear(),
            What::SetRole { local: false } => self.session.push(("role".to_owned(), context.at)),
            What::AddConstraint { table, constraint } if constraint.not_valid => {
                let name = constraint.name.as_ref().map(|name| name.last().to_owned()).unwrap_or_default();
                self.not_valid.push((context.model.key(table), name));
            }
            What::DropConstraint { .. } => self.dropped.extend(constraints),
            What::AddEnumValue { name, value, .. } => {
                let key = context.model.key(name);
                let new =
                    context.model.enums.get(&key).is_some_and(|known| known.origin.file == context.index);
                self.enum_values.push((key, value.clone(), new));
            }
            What::Delete { table, filter: Filter::None | Filter::Always } => {
                let key = context.model.key(table);
                self.written.insert(key.clone());
                self.emptied.push(key);
            }
            What::Truncate { tables, .. } => {
                self.emptied.extend(tables.iter().map(|table| context.model.key(table)));
            }
            What::Insert { table, .. }
            | What::Update { table, .. }
            | What::Delete { table, .. }
            | What::Merge { table }
            | What::Copy { table: Some(table), .. } => {
                let key = context.model.key(table);
                if !matches!(what, What::Update { .. } | What::Delete { .. }) {
                    self.emptied.retain(|emptied| *emptied != key);
                }
                self.written.insert(key);
            }
            What::ToggleTrigger { table, enable } => {
                let key = context.model.key(table);
                if *enable {
                    self.disabled_triggers.retain(|(known, _)| *known != key);
                } else {
                    self.disabled_triggers.push((key, context.at));
                }
            }
            _ => {}
        }
    }

    fn set(&mut self, name: &str, value: &str, local: bool, at: usize) {
        let milliseconds = crate::migration::directive::milliseconds(value).ok();
        match name {
            "lock_timeout" => self.lock_timeout = milliseconds.map(|ms| (at, ms)),
            "statement_timeout" | "transaction_timeout" => {
                self.statement_timeout = milliseconds.map(|ms| (at, ms));
            }
            "timezone" => {
                self.utc = matches!(value.to_lowercase().as_str(), "utc" | "etc/utc" | "gmt" | "etc/gmt");
            }
            _ => {}
        }
        self.session.retain(|(known, _)| known != name);
        if !local && !value.eq_ignore_ascii_case("default") {
            self.session.push((name.to_owned(), at));
        }
    }
}
