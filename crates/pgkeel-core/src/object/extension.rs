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
    /// Whether that is the version which its server installs unasked.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub default_version: bool,
    /// Whether it can move to another namespace.
    pub relocatable: bool,
}

fn yes() -> bool {
    true
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_yes(value: &bool) -> bool {
    *value
}

/// The numbers in a version, to compare by.
fn numbers(version: &str) -> Vec<u64> {
    version.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect()
}

impl Define for Extension {
    fn id(&self) -> Id {
        Id::new(Kind::Extension, [&self.name])
    }

    fn target(&self) -> Target {
        Target::new("EXTENSION", Ident(&self.name).to_string())
    }

    fn create(&self, site: &Site) -> Vec<Step> {
        let (name, namespace) = (Ident(&self.name), Ident(&self.namespace));
        let version =
            if self.default_version { String::new() } else { format!(" VERSION {}", Literal(&self.version)) };
        let mut steps = vec![Step::new(format!("CREATE EXTENSION {name} WITH SCHEMA {namespace}{version}"))];
        // It comes with a comment.
        if site.new.objects.get(&self.id()).is_some_and(|object| object.attributes.comment.is_none()) {
            steps.push(Step::new(format!("COMMENT ON EXTENSION {name} IS NULL")));
        }
        steps
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
            // Extensions come with scripts for the way up only.
            if numbers(&old.version) > numbers(&self.version) {
                return Alteration::Replace;
            }
            let (name, version) = (Ident(&self.name), Literal(&self.version));
            steps.push(Step::new(format!("ALTER EXTENSION {name} UPDATE TO {version}")));
        }
        if steps.is_empty() { Alteration::Same } else { Alteration::Steps(steps) }
    }
}
