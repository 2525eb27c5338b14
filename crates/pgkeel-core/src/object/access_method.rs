//! Access methods (`pg_am`) that no extension brings.

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id};
use crate::sql::ident::{Ident};

/// An access method.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccessMethod {
    /// Name.
    pub name: String,
    /// What follows the name in the CREATE statement.
    pub definition: String,
}

impl Define for AccessMethod {
    fn id(&self) -> Id {
        Id::new(Kind::AccessMethod, [&self.name])
    }

    fn target(&self) -> Target {
        Target::new("ACCESS METHOD", Ident(&self.name).to_string())
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        vec![Step::new(format!("CREATE ACCESS METHOD {} {}", Ident(&self.name), self.definition))]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old == self { Alteration::Same } else { Alteration::Replace }
    }
}
