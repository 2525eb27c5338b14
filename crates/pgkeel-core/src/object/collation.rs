//! Collations (`pg_collation`).

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Schema};
use crate::sql::ident::{qualified};

/// A collation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Collation {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// What follows the name in the CREATE statement.
    pub definition: String,
}

impl Define for Collation {
    fn id(&self) -> Id {
        Id::new(Kind::Collation, [&self.namespace, &self.name])
    }

    fn target(&self) -> Target {
        Target::new("COLLATION", qualified(&self.namespace, &self.name)).owned()
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        vec![Step::new(format!("CREATE COLLATION {} ({})", qualified(&self.namespace, &self.name), self.definition))]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old == self { Alteration::Same } else { Alteration::Replace }
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Namespace, [&self.namespace])]
    }
}
