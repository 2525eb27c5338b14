//! What will be done to a database, as data: ordered steps, each with what it means, and the schema they are for.

mod array_cast;
mod attributes;
mod changes;
mod dependents;
mod detached;
mod graph;
mod inline;
mod left;
mod meaning;
mod names;
mod online;
mod order;
mod rename;
mod undo;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub(crate) use changes::with_meaning;
pub use changes::{Options, between, statements};
pub(crate) use online::rewrite as without_long_locks;
pub use rename::{
    Renaming, RenamingError, as_renamed, check as check_renames, proven as proven_renames, same_columns,
    statements as rename_statements,
};

use crate::sql::effect::LockMode;
use crate::sql::ident::Literal;

/// A lock on a relation that exists before the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// The table, view or sequence, as SQL writes its name.
    pub relation: String,
    /// How it is locked (documentation, section 13.3.1).
    pub mode: LockMode,
}

/// One statement that will run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The statement, without a semicolon at its end.
    pub sql: String,
    /// The object it is for, as `table public.users`.
    pub cause: String,
    /// What is lost for good, in words; `None` when nothing is.
    #[serde(default)]
    pub loses: Option<String>,
    /// What rows it refuses, in words: that is known only where the rows are; `None` when it takes all rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fails: Option<String>,
    /// Whether it may run in a transaction block.
    pub transactional: bool,
    /// The statement without its secrets; `None` when it has none. See [`Step::shown`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub masked: Option<String>,
    /// The locks it takes on relations that exist before the plan, the strongest first.
    #[serde(default)]
    pub locks: Vec<Lock>,
    /// Tables that are written anew under these locks, with their indexes.
    #[serde(default)]
    pub rewrites: Vec<String>,
    /// Tables of which every row is read under these locks: to check it, or to build an index.
    #[serde(default)]
    pub scans: Vec<String>,
    /// What takes it back, in order; empty when another step's undo does it too. What was lost does not come back.
    #[serde(default)]
    pub undo: Vec<String>,
}

impl Step {
    /// A step that may run in a transaction and loses nothing. The planner fills in the cause.
    pub fn new(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            cause: String::new(),
            loses: None,
            fails: None,
            transactional: true,
            masked: None,
            locks: vec![],
            rewrites: vec![],
            scans: vec![],
            undo: vec![],
        }
    }

    /// The same step, of which these values must not be seen in logs, events, errors and history.
    #[must_use]
    pub fn hiding<'a>(mut self, secrets: impl IntoIterator<Item = &'a str>) -> Self {
        for secret in secrets.into_iter().filter(|secret| !secret.is_empty()) {
            let text = self.masked.get_or_insert_with(|| self.sql.clone());
            *text = text.replace(&Literal(secret).to_string(), "'***'");
        }
        self
    }

    /// The statement as it may be shown anywhere: without secrets. What runs, and what `diff` and `dump` print so that
    /// it can be run, is `sql`.
    pub fn shown(&self) -> &str {
        self.masked.as_deref().unwrap_or(&self.sql)
    }

    /// What it means for whoever uses the database meanwhile, in words; nothing for a step that nobody notices.
    pub fn facts(&self) -> Vec<String> {
        let mut facts = vec![];
        if let Some(lost) = &self.loses {
            facts.push(format!("loses {lost}"));
        }
        if let Some(rows) = &self.fails {
            facts.push(format!("fails when {rows}"));
        }
        for held in self.locks.chunk_by(|one, other| one.mode == other.mode) {
            let Some(mode) = held.first().map(|lock| lock.mode).filter(|mode| mode.blocks_writes()) else {
                continue;
            };
            let relations: Vec<&str> = held.iter().map(|lock| lock.relation.as_str()).collect();
            let out = if mode.blocks_reads() { "reads and writes" } else { "writes" };
            facts.push(format!("locks {} {mode}, keeps out {out}", relations.join(", ")));
        }
        if !self.rewrites.is_empty() {
            facts.push(format!("rewrites {}", self.rewrites.join(", ")));
        }
        if !self.scans.is_empty() {
            facts.push(format!("reads every row of {}", self.scans.join(", ")));
        }
        if !self.transactional {
            facts.push("by itself, outside a transaction".to_owned());
        }
        facts
    }

    /// The step in `pgkeel/plan/1`, without its secrets.
    fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "sql": self.shown(), "cause": self.cause, "transactional": self.transactional, "loses": self.loses,
            "fails": self.fails,
            "locks": self.locks, "rewrites": self.rewrites, "scans": self.scans, "undo": self.undo,
        })
    }

    /// The same step, which destroys something.
    #[must_use]
    pub fn loses(mut self, what: impl Into<String>) -> Self {
        self.loses = Some(what.into());
        self
    }
}

/// Steps in the order in which they work.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Fingerprint of the schema that the plan starts from.
    pub base: String,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// What the plan leaves as it is and why, such as an order of columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// What either schema holds and pgkeel does not describe: the plan leaves it as it is.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unsupported: BTreeSet<String>,
    /// What goes and comes and may be one thing under another name, as `--rename` would take it.
    #[serde(skip)]
    pub likely_renames: Vec<Renaming>,
    /// The statements that take the whole plan back, in order: the plan from its end to its start.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undo: Vec<Step>,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The plan as a document: `pgkeel/plan/1`.
    pub fn to_json(&self) -> serde_json::Value {
        let steps: Vec<serde_json::Value> = self.steps.iter().map(Step::to_json).collect();
        let undo: Vec<&str> = self.undo.iter().map(Step::shown).collect();
        serde_json::json!({
            "format": "pgkeel/plan/1", "base": self.base, "steps": steps, "undo": undo, "notes": self.notes,
            "unsupported": self.unsupported,
            "likely_renames": self.likely_renames.iter().map(Renaming::to_string).collect::<Vec<_>>(),
        })
    }

    /// The steps as a script that people read before it runs: without secrets, and before each step a comment that says
    /// what it means for others.
    pub fn to_explained_sql(&self) -> String {
        self.script(|step, script| {
            let facts = step.facts();
            if !facts.is_empty() {
                script.push_str(&format!("-- {}\n", facts.join("; ").replace('\n', " ")));
            }
            script.push_str(step.shown());
        })
    }

    /// The steps as a script for psql; empty when there is nothing to do.
    pub fn to_sql(&self) -> String {
        self.script(|step, script| {
            if let Some(lost) = &step.loses {
                script.push_str(&format!("-- loses {}\n", lost.replace('\n', " ")));
            }
            if let Some(rows) = &step.fails {
                script.push_str(&format!("-- fails when {}\n", rows.replace('\n', " ")));
            }
            script.push_str(&step.sql);
        })
    }

    fn script(&self, write: impl Fn(&Step, &mut String)) -> String {
        let mut script = String::new();
        // Bodies may name objects that come later, and PostgreSQL would check them at once.
        if self.steps.iter().any(|step| is_routine(&step.sql)) {
            script.push_str("SET check_function_bodies = off;\n");
        }
        for step in &self.steps {
            write(step, &mut script);
            script.push_str(";\n");
        }
        script
    }
}

fn is_routine(sql: &str) -> bool {
    ["CREATE OR REPLACE FUNCTION", "CREATE OR REPLACE PROCEDURE"].iter().any(|start| sql.starts_with(start))
}
