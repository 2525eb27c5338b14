//! What only later versions of PostgreSQL can hold, as far as it is a part of something that earlier ones can: a table is
//! not beyond a server because one of its constraints is.

use std::collections::BTreeMap;

use super::{Id, Schema};
use crate::object::Body;
use crate::preflight::features;

impl Schema {
    /// Columns, constraints and indexes that a server of `version` (`server_version_num`) cannot hold, with the reason. Such a
    /// part of a table that is not `there` stands for the whole table: it is not made without it.
    pub fn beyond(&self, version: u32, there: &Self) -> BTreeMap<Id, String> {
        let mut beyond = BTreeMap::new();
        for (id, object) in &self.objects {
            let Some(clause) = clause(&object.body, version) else { continue };
            let reason = format!("PostgreSQL {} has no {clause}", version / 10_000);
            for whole in object.body.parents(self).into_iter().take(1).filter(|whole| !there.has(whole)) {
                beyond.insert(whole, reason.clone());
            }
            beyond.insert(id.clone(), reason);
        }
        beyond
    }
}

fn clause(body: &Body, version: u32) -> Option<&'static str> {
    let statement = match body {
        Body::Constraint(constraint) => format!("ALTER TABLE t ADD {}", constraint.definition),
        Body::ForeignKey(key) => format!("ALTER TABLE t ADD {}", key.definition),
        Body::Index(index) => index.definition.clone(),
        Body::Column(column) => {
            let is_virtual = column.generated.as_ref().is_some_and(|generated| generated.how == "VIRTUAL");
            return (is_virtual && version < 180_000).then_some("VIRTUAL");
        }
        _ => return None,
    };
    features::used(&features::words(&statement))
        .find(|used| version < used.since * 10_000)
        .map(|used| used.words)
}
