//! Range types with their multirange types (`pg_range`).

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Schema};
use crate::sql::ident::{Ident, qualified};

/// A range type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Range {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// What follows the name in the CREATE statement.
    pub definition: String,
}

impl Define for Range {
    fn id(&self) -> Id {
        Id::new(Kind::Range, [&self.namespace, &self.name])
    }

    fn target(&self) -> Target {
        Target::new("TYPE", qualified(&self.namespace, &self.name)).owned().granted_as("TYPE")
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        vec![Step::new(format!("CREATE TYPE {} AS RANGE ({})", qualified(&self.namespace, &self.name), self.definition))]
    }

    /// With the functions that make it, which cannot go before it nor after it.
    fn remove(&self, site: &Site) -> Vec<Step> {
        let id = self.id();
        let own = |function: &Id| site.old.needs_of(function).any(|needed| *needed == id);
        let cascade = if site.old.needs_of(&id).any(own) { " CASCADE" } else { "" };
        vec![Step::new(format!("DROP TYPE {}{cascade}", qualified(&self.namespace, &self.name)))]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old == self { Alteration::Same } else { Alteration::Replace }
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Namespace, [&self.namespace])]
    }

    fn occupies(&self) -> Vec<String> {
        vec![format!("type {}", qualified(&self.namespace, &self.name))]
    }

    fn set_aside(&self) -> Option<(Step, Self)> {
        let aside = format!("{}_pgkeel_old", self.name);
        let name = qualified(&self.namespace, &self.name);
        let step = Step::new(format!("ALTER TYPE {name} RENAME TO {}", Ident(&aside)));
        Some((step, Self { name: aside, ..self.clone() }))
    }

    /// A shell: its functions take and return it before it is one.
    fn stub(&self, site: &Site) -> Option<(Step, Vec<Step>)> {
        let name = qualified(&self.namespace, &self.name);
        Some((Step::new(format!("CREATE TYPE {name}")), self.create(site)))
    }
}
