//! What will be done to a database, as data: ordered steps, each with what it means, and the schema they are for.

mod array_cast;
mod attributes;
mod changes;
mod dependents;
mod graph;
mod inline;
mod online;
mod order;
mod rename;

use serde::{Deserialize, Serialize};

pub use changes::{Options, between};
pub(crate) use online::rewrite as without_long_locks;
pub use rename::{Renaming, RenamingError};

use crate::sql::ident::Literal;

/// One statement that will run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The statement, without a semicolon at its end.
    pub sql: String,
    /// The object it is for, as `table public.users`.
    pub cause: String,
    /// What is lost for good, in words; `None` when nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loses: Option<String>,
    /// Whether it may run in a transaction block.
    pub transactional: bool,
    /// The statement without its secrets; `None` when it has none. See [`Step::shown`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub masked: Option<String>,
}

impl Step {
    /// A step that may run in a transaction and loses nothing. The planner fills in the cause.
    pub fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), cause: String::new(), loses: None, transactional: true, masked: None }
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
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The plan as a document: `pgkeel/plan/1`.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!({ "format": "pgkeel/plan/1", "base": self.base, "steps": self.steps, "notes": self.notes })
    }

    /// The steps as a script for psql; empty when there is nothing to do.
    pub fn to_sql(&self) -> String {
        let mut script = String::new();
        // Bodies may name objects that come later, and PostgreSQL would check them at once.
        if self.steps.iter().any(|step| is_routine(&step.sql)) {
            script.push_str("SET check_function_bodies = off;\n");
        }
        for step in &self.steps {
            if let Some(lost) = &step.loses {
                script.push_str(&format!("-- loses {}\n", lost.replace('\n', " ")));
            }
            script.push_str(&step.sql);
            script.push_str(";\n");
        }
        script
    }
}

fn is_routine(sql: &str) -> bool {
    ["CREATE OR REPLACE FUNCTION", "CREATE OR REPLACE PROCEDURE"].iter().any(|start| sql.starts_with(start))
}
