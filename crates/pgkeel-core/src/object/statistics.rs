//! Extended statistics (`pg_statistic_ext`).

use serde::{Deserialize, Serialize};

use super::{Alteration, Body, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Name, Schema};
use crate::sql::ident::{qualified};

/// Extended statistics.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statistics {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Their table.
    pub table: Name,
    /// The whole statement, as `pg_get_statisticsobjdef` writes it.
    pub definition: String,
    /// Statistics target set for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<i32>,
}

impl Statistics {
    fn set_target(&self, target: i32) -> Step {
        Step::new(format!("ALTER STATISTICS {} SET STATISTICS {target}", qualified(&self.namespace, &self.name)))
    }
}

/// The targets of the statistics on a column whose type changes: PostgreSQL makes those anew and forgets them.
pub fn targets_on(column: &Id, site: &Site) -> Vec<Step> {
    let using = site.old.needs.range(Id::first(Kind::Statistics)..).take_while(|(id, _)| id.kind == Kind::Statistics);
    let kept = using.filter(|(_, needs)| needs.contains(column)).filter_map(|(id, _)| {
        match (site.old.body(id), site.new.body(id)) {
            (Some(Body::Statistics(before)), Some(Body::Statistics(after))) if before == after => {
                Some(after.set_target(after.target?))
            }
            _ => None,
        }
    });
    kept.collect()
}

impl Define for Statistics {
    fn id(&self) -> Id {
        Id::new(Kind::Statistics, [&self.namespace, &self.name])
    }

    fn target(&self) -> Target {
        Target::new("STATISTICS", qualified(&self.namespace, &self.name)).owned()
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        let mut steps = vec![Step::new(self.definition.clone())];
        steps.extend(self.target.map(|target| self.set_target(target)));
        steps
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old.definition != self.definition {
            return Alteration::Replace;
        }
        if old.target == self.target {
            return Alteration::Same;
        }
        Alteration::Steps(vec![self.set_target(self.target.unwrap_or(-1))])
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Table, [&self.table.0, &self.table.1])]
    }
}
