//! Row-level security policies (`pg_policy`).

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Name, Schema};
use crate::sql::ident::Ident;

/// A policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// The table.
    pub table: Name,
    /// Name.
    pub name: String,
    /// PERMISSIVE, or RESTRICTIVE.
    pub permissive: bool,
    /// `ALL`, `SELECT`, `INSERT`, `UPDATE` or `DELETE`.
    pub command: String,
    /// Roles; none for everyone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// USING.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub using: Option<String>,
    /// WITH CHECK.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
}

impl Policy {
    fn to(&self) -> String {
        if self.roles.is_empty() {
            return "PUBLIC".to_owned();
        }
        self.roles.iter().map(|role| Ident(role).to_string()).collect::<Vec<_>>().join(", ")
    }
}

impl Define for Policy {
    fn id(&self) -> Id {
        Id::new(Kind::Policy, [&self.table.0, &self.table.1, &self.name])
    }

    fn target(&self) -> Target {
        Target::new("POLICY", format!("{} ON {}", Ident(&self.name), self.table))
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        let restrictive = if self.permissive { "" } else { " AS RESTRICTIVE" };
        let mut sql = format!(
            "CREATE POLICY {} ON {}{restrictive} FOR {} TO {}",
            Ident(&self.name),
            self.table,
            self.command,
            self.to()
        );
        if let Some(using) = &self.using {
            sql.push_str(&format!(" USING ({using})"));
        }
        if let Some(check) = &self.check {
            sql.push_str(&format!(" WITH CHECK ({check})"));
        }
        vec![Step::new(sql)]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old == self {
            return Alteration::Same;
        }
        let removes = (old.using.is_some() && self.using.is_none()) || (old.check.is_some() && self.check.is_none());
        if (old.permissive, &old.command) != (self.permissive, &self.command) || removes {
            return Alteration::Replace;
        }
        let mut sql = format!("ALTER POLICY {} ON {}", Ident(&self.name), self.table);
        if old.roles != self.roles {
            sql.push_str(&format!(" TO {}", self.to()));
        }
        if let Some(using) = self.using.as_ref().filter(|_| old.using != self.using) {
            sql.push_str(&format!(" USING ({using})"));
        }
        if let Some(check) = self.check.as_ref().filter(|_| old.check != self.check) {
            sql.push_str(&format!(" WITH CHECK ({check})"));
        }
        Alteration::Steps(vec![Step::new(sql)])
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Table, [&self.table.0, &self.table.1])]
    }
}
