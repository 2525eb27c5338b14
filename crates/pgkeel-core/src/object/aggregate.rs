//! Aggregates (`pg_aggregate`).

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Schema};
use crate::sql::ident::{qualified};

/// An aggregate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Aggregate {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Input types, comma-separated: with the name, what identifies it.
    pub arguments: String,
    /// How its arguments are written: `*`, or with ORDER BY.
    pub signature: String,
    /// What follows the name in the CREATE statement.
    pub definition: String,
}

impl Define for Aggregate {
    fn id(&self) -> Id {
        Id::new(Kind::Aggregate, [&self.namespace, &self.name, &self.arguments])
    }

    fn target(&self) -> Target {
        Target { grants: "FUNCTION", ..Target::new("AGGREGATE", format!("{}({})", qualified(&self.namespace, &self.name), self.signature)).owned() }
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        vec![Step::new(format!("CREATE AGGREGATE {}({}) (\n    {}\n)", qualified(&self.namespace, &self.name), self.signature, self.definition.replace("; ", ",\n    ")))]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old == self { Alteration::Same } else { Alteration::Replace }
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Namespace, [&self.namespace])]
    }
}
