//! User mappings of foreign servers (`pg_user_mapping`). Their options hold passwords as a rule.

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target, options};
use crate::plan::Step;
use crate::schema::Id;
use crate::sql::ident::Ident;

/// A user mapping.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UserMapping {
    /// The foreign server.
    pub server: String,
    /// The role; none for everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Options.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Whether whoever read it may not see the options: then they are no difference.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

impl UserMapping {
    fn of(&self) -> String {
        let role = self.role.as_ref().map_or_else(|| "PUBLIC".to_owned(), |role| Ident(role).to_string());
        format!("USER MAPPING FOR {role} SERVER {}", Ident(&self.server))
    }
}

impl Define for UserMapping {
    fn id(&self) -> Id {
        Id::new(Kind::UserMapping, [&self.server, self.role.as_deref().unwrap_or("PUBLIC")])
    }

    fn target(&self) -> Target {
        Target::new("USER MAPPING", self.of())
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        let sql = format!("CREATE {}{}", self.of(), options::foreign_clause(&self.options));
        vec![Step::new(sql).hiding(options::secrets(&self.options))]
    }

    fn remove(&self, _site: &Site) -> Vec<Step> {
        vec![Step::new(format!("DROP {}", self.of()))]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old.hidden || self.hidden {
            return Alteration::Same;
        }
        let Some(changes) = options::foreign_changes(&old.options, &self.options) else {
            return Alteration::Same;
        };
        let sql = format!("ALTER {} OPTIONS ({changes})", self.of());
        Alteration::Steps(vec![Step::new(sql).hiding(options::secrets(&self.options))])
    }

    /// DROP SERVER refuses while it has mappings, so a mapping is no part of its server.
    fn needs(&self, _site: &Site) -> Vec<Id> {
        vec![Id::new(Kind::Server, [&self.server])]
    }

    fn without_secrets(&self) -> Option<Self> {
        Some(Self { options: options::without_secrets(&self.options), ..self.clone() })
    }
}
