//! Foreign servers (`pg_foreign_server`).

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target, options};
use crate::plan::Step;
use crate::schema::Id;
use crate::sql::ident::{Ident, Literal};

/// A foreign server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Server {
    /// Name.
    pub name: String,
    /// Its foreign data wrapper.
    pub wrapper: String,
    /// TYPE.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub server_type: Option<String>,
    /// VERSION.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Options.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
}

impl Define for Server {
    fn id(&self) -> Id {
        Id::new(Kind::Server, [&self.name])
    }

    fn target(&self) -> Target {
        let mut target = Target::new("SERVER", Ident(&self.name).to_string()).owned();
        target.grants = "FOREIGN SERVER";
        target
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        let mut sql = format!("CREATE SERVER {}", Ident(&self.name));
        if let Some(server_type) = &self.server_type {
            sql.push_str(&format!(" TYPE {}", Literal(server_type)));
        }
        if let Some(version) = &self.version {
            sql.push_str(&format!(" VERSION {}", Literal(version)));
        }
        sql.push_str(&format!(" FOREIGN DATA WRAPPER {}", Ident(&self.wrapper)));
        if !self.options.is_empty() {
            sql.push_str(&format!(" OPTIONS ({})", options::foreign_list(&self.options)));
        }
        vec![Step::new(sql).hiding(options::secrets(&self.options))]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        // A version can be changed, not taken away.
        let unversioned = old.version.is_some() && self.version.is_none();
        if (&old.wrapper, &old.server_type) != (&self.wrapper, &self.server_type) || unversioned {
            return Alteration::Replace;
        }
        let mut clauses = vec![];
        if let Some(version) = self.version.as_ref().filter(|_| old.version != self.version) {
            clauses.push(format!("VERSION {}", Literal(version)));
        }
        clauses.extend(options::foreign_changes(&old.options, &self.options).map(|changes| format!("OPTIONS ({changes})")));
        if clauses.is_empty() {
            return Alteration::Same;
        }
        let step = Step::new(format!("ALTER SERVER {} {}", Ident(&self.name), clauses.join(" ")));
        Alteration::Steps(vec![step.hiding(options::secrets(&self.options))])
    }

    fn without_secrets(&self) -> Option<Self> {
        Some(Self { options: options::without_secrets(&self.options), ..self.clone() })
    }
}
