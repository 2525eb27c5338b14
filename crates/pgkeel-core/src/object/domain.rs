//! Domains (`pg_type` with typtype `d`). Their CHECK constraints are objects of their own.

use serde::{Deserialize, Serialize};

use super::aside::Aside;
use super::{Alteration, Body, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Name, Schema};
use crate::sql::ident::{Ident, qualified};

/// A domain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Domain {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// The type under it.
    #[serde(rename = "type")]
    pub base: String,
    /// A collation other than the type's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<Name>,
    /// `NOT NULL`.
    #[serde(default)]
    pub not_null: bool,
    /// Default expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}

impl Define for Domain {
    fn id(&self) -> Id {
        Id::new(Kind::Domain, [&self.namespace, &self.name])
    }

    fn target(&self) -> Target {
        Target::new("DOMAIN", qualified(&self.namespace, &self.name)).owned().granted_as("TYPE")
    }

    fn create(&self, site: &Site) -> Vec<Step> {
        let mut sql = format!("CREATE DOMAIN {} AS {}", qualified(&self.namespace, &self.name), self.base);
        if let Some(collation) = &self.collation {
            sql.push_str(&format!(" COLLATE {collation}"));
        }
        if self.not_null {
            sql.push_str(" NOT NULL");
        }
        if let Some(default) = &self.default {
            sql.push_str(&format!(" DEFAULT {default}"));
        }
        let name = Name(self.namespace.clone(), self.name.clone());
        for (id, object) in site.new.parts(Kind::DomainConstraint, &name) {
            if let Body::DomainConstraint(constraint) = &object.body
                && site.inline.contains(id)
            {
                sql.push_str(&format!("\n    CONSTRAINT {} {}", Ident(&constraint.name), constraint.definition));
            }
        }
        vec![Step::new(sql)]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if (&old.base, &old.collation) != (&self.base, &self.collation) {
            return Alteration::Replace;
        }
        let name = qualified(&self.namespace, &self.name);
        let mut steps = vec![];
        if old.default != self.default {
            steps.push(Step::new(match &self.default {
                Some(default) => format!("ALTER DOMAIN {name} SET DEFAULT {default}"),
                None => format!("ALTER DOMAIN {name} DROP DEFAULT"),
            }));
        }
        if old.not_null != self.not_null {
            let verb = if self.not_null { "SET" } else { "DROP" };
            let fails = self.not_null.then(|| format!("a column of domain {name} has no value"));
            steps.push(Step { fails, ..Step::new(format!("ALTER DOMAIN {name} {verb} NOT NULL")) });
        }
        if steps.is_empty() { Alteration::Same } else { Alteration::Steps(steps) }
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Namespace, [&self.namespace])]
    }

    fn occupies(&self) -> Vec<String> {
        vec![format!("type {}", qualified(&self.namespace, &self.name))]
    }

    fn set_aside(&self, _site: &Site) -> Option<Aside> {
        Some(Aside::renaming("DOMAIN", &self.namespace, &self.name))
    }
}
