//! Conversions between encodings (`pg_conversion`).

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Schema};
use crate::sql::ident::{qualified};

/// A conversion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conversion {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// The default for its pair of encodings.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub default: bool,
    /// What follows the name in the CREATE statement.
    pub definition: String,
}

impl Define for Conversion {
    fn id(&self) -> Id {
        Id::new(Kind::Conversion, [&self.namespace, &self.name])
    }

    fn target(&self) -> Target {
        Target::new("CONVERSION", qualified(&self.namespace, &self.name)).owned()
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        vec![Step::new(format!("CREATE {}CONVERSION {} {}", if self.default { "DEFAULT " } else { "" }, qualified(&self.namespace, &self.name), self.definition))]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old == self { Alteration::Same } else { Alteration::Replace }
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Namespace, [&self.namespace])]
    }
}
