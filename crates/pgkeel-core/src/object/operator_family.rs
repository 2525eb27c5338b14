//! Operator families (`pg_opfamily`) with their loose members, those of no operator class.

use serde::{Deserialize, Serialize};

use super::{Alteration, Body, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Schema};
use crate::sql::ident::{Ident, qualified};

/// An operator family.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OperatorFamily {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Access method.
    pub method: String,
    /// Loose operators and functions, as ALTER OPERATOR FAMILY adds them: what to drop and what to add.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<(String, String)>,
}

impl OperatorFamily {
    fn reference(&self) -> String {
        format!("{} USING {}", qualified(&self.namespace, &self.name), Ident(&self.method))
    }

    fn change(&self, verb: &str, members: impl Iterator<Item = String>) -> Vec<Step> {
        let family = self.reference();
        members.map(|member| Step::new(format!("ALTER OPERATOR FAMILY {family} {verb} {member}"))).collect()
    }

    /// Without the members that it no longer has when it becomes another.
    fn drop_members(&self, new: &Self) -> Vec<Step> {
        let gone = self.members.iter().filter(|member| !new.members.contains(member));
        self.change("DROP", gone.map(|(gone, _)| gone.clone()))
    }
}

impl Define for OperatorFamily {
    fn id(&self) -> Id {
        Id::new(Kind::OperatorFamily, [&self.namespace, &self.name, &self.method])
    }

    fn target(&self) -> Target {
        Target::new("OPERATOR FAMILY", self.reference()).owned()
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        let mut steps = vec![Step::new(format!("CREATE OPERATOR FAMILY {}", self.reference()))];
        steps.extend(self.change("ADD", self.members.iter().map(|(_, added)| added.clone())));
        steps
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        let added = self.members.iter().filter(|member| !old.members.contains(member)).map(|(_, added)| added.clone());
        let mut steps = old.drop_members(self);
        steps.extend(self.change("ADD", added));
        if steps.is_empty() { Alteration::Same } else { Alteration::Steps(steps) }
    }

    fn lets_go(&self, site: &Site) -> Vec<Step> {
        match site.new.body(&self.id()) {
            Some(Body::OperatorFamily(new)) => self.drop_members(new),
            _ => vec![],
        }
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Namespace, [&self.namespace])]
    }
}
