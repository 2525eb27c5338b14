//! Default privileges (`pg_default_acl`): what new objects of a role are granted. Last in a plan, so that they never
//! touch the objects which the plan itself creates.

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Grant, Grantee, Id};
use crate::sql::ident::Ident;

/// Default privileges of one role for one kind of objects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DefaultPrivileges {
    /// Whose new objects.
    pub role: String,
    /// Only in this namespace; empty for everywhere.
    #[serde(default)]
    pub namespace: String,
    /// `TABLES`, `SEQUENCES`, `FUNCTIONS`, `TYPES`, `SCHEMAS` or `LARGE OBJECTS`.
    pub objects: String,
    /// Granted beyond the default.
    #[serde(default)]
    pub granted: Vec<Grant>,
    /// Taken from the default.
    #[serde(default)]
    pub revoked: Vec<Grant>,
}

impl DefaultPrivileges {
    fn step(&self, grant: &Grant, give: bool) -> Step {
        let role = Ident(&self.role).to_string();
        let scope = if self.namespace.is_empty() {
            String::new()
        } else {
            format!(" IN SCHEMA {}", Ident(&self.namespace))
        };
        let grantee = match &grant.grantee {
            Grantee::Owner => role.clone(),
            Grantee::Public => "PUBLIC".to_owned(),
            Grantee::Role(name) => Ident(name).to_string(),
        };
        let (verb, preposition) = if give { ("GRANT", "TO") } else { ("REVOKE", "FROM") };
        let option = if give && grant.grantable { " WITH GRANT OPTION" } else { "" };
        let (privilege, objects) = (&grant.privilege, &self.objects);
        Step::new(format!(
            "ALTER DEFAULT PRIVILEGES FOR ROLE {role}{scope} {verb} {privilege} ON {objects} {preposition} {grantee}{option}"
        ))
    }

    /// From the lists of `old` to those of this.
    fn changes(&self, old: &Self) -> Vec<Step> {
        let gone = |from: &[Grant], to: &[Grant]| -> Vec<Grant> {
            from.iter().filter(|grant| !to.contains(grant)).cloned().collect()
        };
        let mut steps: Vec<Step> = vec![];
        steps.extend(gone(&old.granted, &self.granted).iter().map(|grant| self.step(grant, false)));
        steps.extend(gone(&self.revoked, &old.revoked).iter().map(|grant| self.step(grant, false)));
        steps.extend(gone(&old.revoked, &self.revoked).iter().map(|grant| self.step(grant, true)));
        steps.extend(gone(&self.granted, &old.granted).iter().map(|grant| self.step(grant, true)));
        steps
    }

    fn empty(&self) -> Self {
        Self { granted: vec![], revoked: vec![], ..self.clone() }
    }
}

impl Define for DefaultPrivileges {
    fn id(&self) -> Id {
        Id::new(Kind::DefaultPrivileges, [&self.role, &self.namespace, &self.objects])
    }

    fn target(&self) -> Target {
        Target::new("DEFAULT PRIVILEGES", Ident(&self.role).to_string())
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        self.changes(&self.empty())
    }

    fn remove(&self, _site: &Site) -> Vec<Step> {
        self.empty().changes(self)
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        let steps = self.changes(old);
        if steps.is_empty() { Alteration::Same } else { Alteration::Steps(steps) }
    }
}
