//! Casts (`pg_cast`).

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id};

/// A cast.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cast {
    /// From this type.
    pub source: String,
    /// To this type.
    pub to: String,
    /// What follows the name in the CREATE statement.
    pub definition: String,
}

impl Define for Cast {
    fn id(&self) -> Id {
        Id::new(Kind::Cast, [&self.source, &self.to])
    }

    fn target(&self) -> Target {
        Target::new("CAST", format!("({} AS {})", self.source, self.to))
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        vec![Step::new(format!("CREATE CAST ({} AS {}) {}", self.source, self.to, self.definition))]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old == self { Alteration::Same } else { Alteration::Replace }
    }
}
