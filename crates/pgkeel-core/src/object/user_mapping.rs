//! User mappings of foreign servers (`pg_user_mapping`).

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target, options};
use crate::plan::Step;
use crate::schema::{Id, Schema};
use crate::sql::ident::Ident;

/// A user mapping.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UserMapping {
    /// The role; empty for PUBLIC.
    pub role: String,
    /// The server.
    pub server: String,
    /// Options; none are seen by who may not see them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
}

impl UserMapping {
    fn reference(&self) -> String {
        let role = if self.role.is_empty() { "PUBLIC".to_owned() } else { Ident(&self.role).to_string() };
        format!("FOR {role} SERVER {}", Ident(&self.server))
    }
}

impl Define for UserMapping {
    fn id(&self) -> Id {
        Id::new(Kind::UserMapping, [&self.server, &self.role])
    }

    fn target(&self) -> Target {
        Target::new("USER MAPPING", self.reference())
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        let mut sql = format!("CREATE USER MAPPING {}", self.reference());
        if !self.options.is_empty() {
            sql.push_str(&format!(" OPTIONS ({})", options::foreign_list(&self.options)));
        }
        vec![Step::new(sql)]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        match options::foreign_changes(&old.options, &self.options) {
            Some(changes) => {
                let sql = format!("ALTER USER MAPPING {} OPTIONS ({changes})", self.reference());
                Alteration::Steps(vec![Step::new(sql)])
            }
            None => Alteration::Same,
        }
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Server, [&self.server])]
    }
}
