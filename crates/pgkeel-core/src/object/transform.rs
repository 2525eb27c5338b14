//! Transforms between types and procedural languages (`pg_transform`).

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id};
use crate::sql::ident::{Ident};

/// A transform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Transform {
    /// The type.
    pub data_type: String,
    /// The language.
    pub language: String,
    /// What follows the name in the CREATE statement.
    pub definition: String,
}

impl Transform {
    fn create_as(&self, verb: &str) -> Step {
        Step::new(format!("{verb} TRANSFORM {} ({})", self.target().reference, self.definition))
    }
}

impl Define for Transform {
    fn id(&self) -> Id {
        Id::new(Kind::Transform, [&self.data_type, &self.language])
    }

    fn target(&self) -> Target {
        Target::new("TRANSFORM", format!("FOR {} LANGUAGE {}", self.data_type, Ident(&self.language)))
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        vec![self.create_as("CREATE")]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old == self { Alteration::Same } else { Alteration::Steps(vec![self.create_as("CREATE OR REPLACE")]) }
    }
}
