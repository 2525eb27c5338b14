//! Extensions (`pg_extension`). What an extension owns is the extension's, and is never looked at.

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::Id;
use crate::sql::ident::{Ident, Literal};

/// An installed extension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Extension {
    /// Its name.
    pub name: String,
    /// The namespace that its objects are in.
    pub namespace: String,
    /// Installed version.
    pub version: String,
    /// Whether it can move to another namespace.
    pub relocatable: bool,
}

impl Define for Extension {
    fn id(&self) -> Id {
        Id::new(Kind::Extension, [&self.name])
    }

    fn target(&self) -> Target {
        Target::new("EXTENSION", Ident(&self.name).to_string())
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        vec![Step::new(format!("CREATE EXTENSION {} WITH SCHEMA {}", Ident(&self.name), Ident(&self.namespace)))]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        let mut steps = vec![];
        if old.namespace != self.namespace {
            if !old.relocatable {
                return Alteration::Replace;
            }
            let (name, namespace) = (Ident(&self.name), Ident(&self.namespace));
            steps.push(Step::new(format!("ALTER EXTENSION {name} SET SCHEMA {namespace}")));
        }
        if old.version != self.version {
            let (name, version) = (Ident(&self.name), Literal(&self.version));
            steps.push(Step::new(format!("ALTER EXTENSION {name} UPDATE TO {version}")));
        }
        if steps.is_empty() { Alteration::Same } else { Alteration::Steps(steps) }
    }
}
