//! Operators (`pg_operator`).

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Schema};
use crate::sql::ident::{Ident};

/// An operator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Operator {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Left type, or NONE.
    pub left: String,
    /// Right type, or NONE.
    pub right: String,
    /// What follows the name in the CREATE statement.
    pub definition: String,
}

impl Define for Operator {
    fn id(&self) -> Id {
        Id::new(Kind::Operator, [&self.namespace, &self.name, &self.left, &self.right])
    }

    fn target(&self) -> Target {
        Target::new("OPERATOR", format!("{}.{} ({}, {})", Ident(&self.namespace), self.name, self.left, self.right)).owned()
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        vec![Step::new(format!("CREATE OPERATOR {}.{} ({})", Ident(&self.namespace), self.name, self.definition))]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old == self { Alteration::Same } else { Alteration::Replace }
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Namespace, [&self.namespace])]
    }
}
