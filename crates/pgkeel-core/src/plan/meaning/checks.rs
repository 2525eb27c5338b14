//! CHECK constraints as the steps of a plan add, validate and drop them, and the columns that they prove NOT NULL.

use std::collections::{BTreeMap, BTreeSet};

use crate::object::{Body, Kind};
use crate::schema::{Id, Name, Schema};
use crate::sql::ident::Ident;

/// A CHECK constraint: its condition, and whether every row is known to fulfil it.
#[derive(Debug, Clone)]
struct Check {
    condition: String,
    valid: bool,
}

/// The CHECK constraints of all tables at one point of a plan.
#[derive(Debug, Default)]
pub struct Checks {
    by_table: BTreeMap<Name, BTreeMap<String, Check>>,
    never_null: BTreeSet<(Name, String)>,
}

impl Checks {
    /// Those of a schema.
    pub fn of(schema: &Schema) -> Self {
        let mut checks = Self::default();
        for (_, object) in schema.objects.range(Id::first(Kind::Constraint)..) {
            let Body::Constraint(constraint) = &object.body else { break };
            if constraint.kind == "c" {
                let valid =
                    !["NOT VALID", "NOT ENFORCED"].iter().any(|end| constraint.definition.ends_with(end));
                checks.add(&constraint.table, &constraint.name, &constraint.definition, valid);
            }
        }
        checks
    }

    /// A new one.
    pub fn add(&mut self, table: &Name, name: &str, condition: &str, valid: bool) {
        let check = Check { condition: condition.to_owned(), valid };
        self.by_table.entry(table.clone()).or_default().insert(name.to_owned(), check);
    }

    /// Its rows have been checked.
    pub fn validate(&mut self, table: &Name, name: &str) {
        if let Some(check) = self.by_table.get_mut(table).and_then(|checks| checks.get_mut(name)) {
            check.valid = true;
        }
    }

    /// It is gone.
    pub fn remove(&mut self, table: &Name, name: &str) {
        if let Some(checks) = self.by_table.get_mut(table) {
            checks.remove(name);
        }
    }

    /// The column was made NOT NULL.
    pub fn never_null(&mut self, table: &Name, column: &str) {
        self.never_null.insert((table.clone(), column.to_owned()));
    }

    /// Whether a column is known never to be null.
    pub fn is_never_null(&self, table: &Name, column: &str) -> bool {
        let says = format!("{} IS NOT NULL", Ident(column));
        self.never_null.contains(&(table.clone(), column.to_owned()))
            || self.by_table.get(table).is_some_and(|checks| {
                checks.values().any(|check| check.valid && states(&check.condition, &says))
            })
    }
}

/// Whether a condition is this statement or an AND of it with others, as PostgreSQL's own proof looks for it.
fn states(condition: &str, says: &str) -> bool {
    !condition.contains(" OR ")
        && !condition.contains("CASE ")
        && condition
            .split(" AND ")
            .any(|part| part.trim_start_matches("CHECK ").trim_matches(['(', ')', ' ']) == says)
}
