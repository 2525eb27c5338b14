//! Namespaces: what PostgreSQL's commands call a schema (`pg_namespace`).

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Grant, Grantee, Id};
use crate::sql::ident::Ident;

/// A namespace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Namespace {
    /// Its name.
    pub name: String,
}

impl Define for Namespace {
    fn id(&self) -> Id {
        Id::new(Kind::Namespace, [&self.name])
    }

    fn target(&self) -> Target {
        Target::new("SCHEMA", Ident(&self.name).to_string()).owned().granted_as("SCHEMA")
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        vec![Step::new(format!("CREATE SCHEMA {}", Ident(&self.name)))]
    }

    fn alter(&self, _old: &Self, _site: &Site) -> Alteration {
        Alteration::Same
    }
}

/// What initdb grants on `public` beyond the default: to everyone USAGE, and before PostgreSQL 15 CREATE.
pub fn grants_on_public(version: u32) -> Vec<Grant> {
    let grant = |privilege: &str| Grant {
        grantee: Grantee::Public,
        privilege: privilege.to_owned(),
        grantable: false,
        grantor: None,
    };
    if version >= 150_000 { vec![grant("USAGE")] } else { vec![grant("USAGE"), grant("CREATE")] }
}
