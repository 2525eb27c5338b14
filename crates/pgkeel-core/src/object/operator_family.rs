//! Operator families (`pg_opfamily`) with their loose members, those of no operator class.

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target};
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
        let gone = old.members.iter().filter(|member| !self.members.contains(member)).map(|(gone, _)| gone.clone());
        let added = self.members.iter().filter(|member| !old.members.contains(member)).map(|(_, added)| added.clone());
        let mut steps = self.change("DROP", gone);
        steps.extend(self.change("ADD", added));
        if steps.is_empty() { Alteration::Same } else { Alteration::Steps(steps) }
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Namespace, [&self.namespace])]
    }
}
