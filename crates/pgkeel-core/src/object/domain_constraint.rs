//! CHECK constraints of domains (`pg_constraint` with contypid).

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Name, Schema};
use crate::sql::ident::Ident;

/// A CHECK constraint of a domain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DomainConstraint {
    /// The domain.
    pub domain: Name,
    /// Name.
    pub name: String,
    /// As `pg_get_constraintdef` writes it.
    pub definition: String,
}

impl Define for DomainConstraint {
    fn id(&self) -> Id {
        Id::new(Kind::DomainConstraint, [&self.domain.0, &self.domain.1, &self.name])
    }

    fn target(&self) -> Target {
        Target::new("CONSTRAINT", format!("{} ON DOMAIN {}", Ident(&self.name), self.domain))
    }

    fn create(&self, site: &Site) -> Vec<Step> {
        if site.inline.contains(&self.id()) {
            return vec![];
        }
        vec![Step::new(format!(
            "ALTER DOMAIN {} ADD CONSTRAINT {} {}",
            self.domain,
            Ident(&self.name),
            self.definition
        ))]
    }

    fn remove(&self, _site: &Site) -> Vec<Step> {
        vec![Step::new(format!("ALTER DOMAIN {} DROP CONSTRAINT {}", self.domain, Ident(&self.name)))]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old == self {
            return Alteration::Same;
        }
        if old.definition.strip_suffix(" NOT VALID") == Some(&self.definition) {
            let (domain, name) = (&self.domain, Ident(&self.name));
            return Alteration::Steps(vec![Step::new(format!("ALTER DOMAIN {domain} VALIDATE CONSTRAINT {name}"))]);
        }
        Alteration::Replace
    }

    fn folds_into(&self, _site: &Site) -> Option<Id> {
        (!self.definition.ends_with("NOT VALID")).then(|| Id::new(Kind::Domain, [&self.domain.0, &self.domain.1]))
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Domain, [&self.domain.0, &self.domain.1])]
    }
}
