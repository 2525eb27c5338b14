//! Procedural languages (`pg_language`) that no extension brings.

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id};
use crate::sql::ident::{Ident};

/// A procedural language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Language {
    /// Name.
    pub name: String,
    /// TRUSTED.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub trusted: bool,
    /// What follows the name in the CREATE statement.
    pub definition: String,
}

impl Language {
    fn create_as(&self, verb: &str) -> Step {
        let trusted = if self.trusted { "TRUSTED " } else { "" };
        Step::new(format!("{verb} {trusted}LANGUAGE {} {}", Ident(&self.name), self.definition))
    }
}

impl Define for Language {
    fn id(&self) -> Id {
        Id::new(Kind::Language, [&self.name])
    }

    fn target(&self) -> Target {
        Target::new("LANGUAGE", Ident(&self.name).to_string()).owned().granted_as("LANGUAGE")
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        vec![self.create_as("CREATE")]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old == self {
            return Alteration::Same;
        }
        // Nothing can be granted on a language that is not trusted, nor given back once it is none.
        if old.trusted != self.trusted {
            return Alteration::Replace;
        }
        Alteration::Steps(vec![self.create_as("CREATE OR REPLACE")])
    }
}
