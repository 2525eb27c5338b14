//! Operator classes (`pg_opclass`).

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Schema};
use crate::sql::ident::{Ident, qualified};

/// An operator class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OperatorClass {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Access method.
    pub method: String,
    /// What follows the name in the CREATE statement.
    pub definition: String,
}

impl Define for OperatorClass {
    fn id(&self) -> Id {
        Id::new(Kind::OperatorClass, [&self.namespace, &self.name, &self.method])
    }

    fn target(&self) -> Target {
        Target::new("OPERATOR CLASS", format!("{} USING {}", qualified(&self.namespace, &self.name), Ident(&self.method))).owned()
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        vec![Step::new(format!("CREATE OPERATOR CLASS {} {}", qualified(&self.namespace, &self.name), self.definition))]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old == self { Alteration::Same } else { Alteration::Replace }
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Namespace, [&self.namespace])]
    }
}
