//! Privileges on objects that the schema does not define: PostgreSQL's own and those of extensions, as far as they are
//! not what initdb or the extension granted (`pg_init_privs`).

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Grant, Grantee, Id, Schema};
use crate::sql::ident::Ident;

/// Privileges on one object, or one column of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SystemPrivileges {
    /// As in `GRANT ... ON <keyword>`.
    pub keyword: String,
    /// The object as SQL text.
    pub reference: String,
    /// The column, for privileges on one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The extension that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
    /// Its owner.
    pub owner: String,
    /// Granted beyond what it came with.
    #[serde(default)]
    pub granted: Vec<Grant>,
    /// Taken from what it came with.
    #[serde(default)]
    pub revoked: Vec<Grant>,
}

impl SystemPrivileges {
    fn step(&self, grant: &Grant, give: bool) -> Step {
        let grantee = match &grant.grantee {
            Grantee::Owner => Ident(&self.owner).to_string(),
            Grantee::Public => "PUBLIC".to_owned(),
            Grantee::Role(name) => Ident(name).to_string(),
        };
        let column = self.column.as_ref().map(|column| format!(" ({})", Ident(column))).unwrap_or_default();
        let (verb, preposition) = if give { ("GRANT", "TO") } else { ("REVOKE", "FROM") };
        let option = if give && grant.grantable { " WITH GRANT OPTION" } else { "" };
        let (privilege, keyword, reference) = (&grant.privilege, &self.keyword, &self.reference);
        Step::new(format!("{verb} {privilege}{column} ON {keyword} {reference} {preposition} {grantee}{option}"))
    }

    /// From the lists of `old` to those of this.
    fn changes(&self, old: &Self) -> Vec<Step> {
        let only = |these: &[Grant], those: &[Grant], give: bool| -> Vec<Step> {
            these.iter().filter(|grant| !those.contains(grant)).map(|grant| self.step(grant, give)).collect()
        };
        let mut steps = only(&old.granted, &self.granted, false);
        steps.extend(only(&self.revoked, &old.revoked, false));
        steps.extend(only(&old.revoked, &self.revoked, true));
        steps.extend(only(&self.granted, &old.granted, true));
        steps
    }

    fn as_it_came(&self) -> Self {
        Self { granted: vec![], revoked: vec![], ..self.clone() }
    }
}

impl Define for SystemPrivileges {
    fn id(&self) -> Id {
        Id::new(Kind::SystemPrivileges, [&self.keyword, &self.reference, self.column.as_deref().unwrap_or_default()])
    }

    fn target(&self) -> Target {
        Target::new("PRIVILEGES", self.reference.clone())
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        self.changes(&self.as_it_came())
    }

    fn remove(&self, _site: &Site) -> Vec<Step> {
        self.as_it_came().changes(self)
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        let steps = self.changes(old);
        if steps.is_empty() { Alteration::Same } else { Alteration::Steps(steps) }
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        self.extension.iter().map(|extension| Id::new(Kind::Extension, [extension])).collect()
    }
}
