//! Triggers of tables, foreign tables and views (`pg_trigger`), but those that constraints and partitions bring.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::rule::enable_clause;
use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Name, Schema};
use crate::sql::ident::Ident;

/// A trigger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trigger {
    /// The table or view.
    pub table: Name,
    /// Name.
    pub name: String,
    /// Whether it is on a view.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub on_view: bool,
    /// As `pg_get_triggerdef` writes it.
    pub definition: String,
    /// `O`rigin, `D`isabled, `R`eplica, `A`lways.
    pub enabled: String,
    /// For a partitioned table: partitions whose own copy is in another state, as `"ns"."name"` and state.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub partitions: BTreeMap<String, String>,
}

impl Trigger {
    fn enable(&self, table: &str, state: &str) -> Step {
        Step::new(format!("ALTER TABLE {table} {} TRIGGER {}", enable_clause(state), Ident(&self.name)))
    }

    fn states(&self) -> Vec<Step> {
        let mut steps = vec![self.enable(&self.table.to_string(), &self.enabled)];
        steps.extend(self.partitions.iter().map(|(table, state)| self.enable(table, state)));
        steps
    }
}

impl Define for Trigger {
    fn id(&self) -> Id {
        Id::new(Kind::Trigger, [&self.table.0, &self.table.1, &self.name])
    }

    fn target(&self) -> Target {
        Target::new("TRIGGER", format!("{} ON {}", Ident(&self.name), self.table))
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        let mut steps = vec![Step::new(self.definition.clone())];
        if self.enabled != "O" || !self.partitions.is_empty() {
            steps.extend(self.states());
        }
        steps
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old.definition != self.definition {
            return Alteration::Replace;
        }
        if (&old.enabled, &old.partitions) == (&self.enabled, &self.partitions) {
            return Alteration::Same;
        }
        Alteration::Steps(self.states())
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        let kind = if self.on_view { Kind::View } else { Kind::Table };
        vec![Id::new(kind, [&self.table.0, &self.table.1])]
    }
}
