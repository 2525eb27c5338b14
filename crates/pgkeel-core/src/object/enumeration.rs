//! Enumerated types (`pg_enum`). Values can be added in place; any other change rebuilds the type under its name.

mod new_labels;

use serde::{Deserialize, Serialize};

use super::aside::Aside;
use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Schema};
use crate::sql::ident::{Literal, qualified};

/// An enumerated type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Enum {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Its values, in order.
    pub labels: Vec<String>,
}

impl Define for Enum {
    fn id(&self) -> Id {
        Id::new(Kind::Enum, [&self.namespace, &self.name])
    }

    fn target(&self) -> Target {
        Target::new("TYPE", qualified(&self.namespace, &self.name)).owned().granted_as("TYPE")
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        let labels: Vec<String> = self.labels.iter().map(|label| format!("    {}", Literal(label))).collect();
        let name = qualified(&self.namespace, &self.name);
        if labels.is_empty() {
            return vec![Step::new(format!("CREATE TYPE {name} AS ENUM ()"))];
        }
        vec![Step::new(format!("CREATE TYPE {name} AS ENUM (\n{}\n)", labels.join(",\n")))]
    }

    fn alter(&self, old: &Self, site: &Site) -> Alteration {
        if old.labels == self.labels {
            return Alteration::Same;
        }
        let mut kept = self.labels.iter().filter(|label| old.labels.contains(label));
        let added = self.labels.iter().filter(|label| !old.labels.contains(label)).map(String::as_str);
        let added: Vec<&str> = added.collect();
        // A value that is used by the transaction that adds it can only be there from the start, in a type made anew.
        if !old.labels.iter().all(|label| kept.next() == Some(label)) || new_labels::are_used(self, &added, site) {
            return Alteration::Replace;
        }
        let name = qualified(&self.namespace, &self.name);
        let mut steps = vec![];
        let mut present = old.labels.clone();
        for (index, label) in self.labels.iter().enumerate() {
            if present.contains(label) {
                continue;
            }
            let place = match index.checked_sub(1).and_then(|before| self.labels.get(before)) {
                Some(_) if self.labels.iter().skip(index).all(|later| !present.contains(later)) => String::new(),
                Some(before) => format!(" AFTER {}", Literal(before)),
                None => present.first().map(|first| format!(" BEFORE {}", Literal(first))).unwrap_or_default(),
            };
            steps.push(Step::new(format!("ALTER TYPE {name} ADD VALUE {}{place}", Literal(label))));
            present.insert(index.min(present.len()), label.clone());
        }
        Alteration::Steps(steps)
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Namespace, [&self.namespace])]
    }

    fn occupies(&self) -> Vec<String> {
        vec![format!("type {}", qualified(&self.namespace, &self.name))]
    }

    fn set_aside(&self, _site: &Site) -> Option<Aside> {
        Some(Aside::renaming("TYPE", &self.namespace, &self.name))
    }
}
