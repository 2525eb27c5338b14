//! Rewrite rules other than those that make views (`pg_rewrite`).

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Name, Schema};
use crate::sql::ident::Ident;

/// A rewrite rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// The table or view.
    pub table: Name,
    /// Name.
    pub name: String,
    /// Whether it is on a view.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub on_view: bool,
    /// As `pg_get_ruledef` writes it.
    pub definition: String,
    /// `O`rigin, `D`isabled, `R`eplica, `A`lways.
    pub enabled: String,
}

/// The clause of ALTER TABLE for an enabled state of a trigger or rule.
pub fn enable_clause(state: &str) -> &'static str {
    match state {
        "D" => "DISABLE",
        "R" => "ENABLE REPLICA",
        "A" => "ENABLE ALWAYS",
        _ => "ENABLE",
    }
}

impl Rule {
    fn enable(&self) -> Step {
        Step::new(format!("ALTER TABLE {} {} RULE {}", self.table, enable_clause(&self.enabled), Ident(&self.name)))
    }
}

impl Define for Rule {
    fn id(&self) -> Id {
        Id::new(Kind::Rule, [&self.table.0, &self.table.1, &self.name])
    }

    fn target(&self) -> Target {
        Target::new("RULE", format!("{} ON {}", Ident(&self.name), self.table))
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        let mut steps = vec![Step::new(self.definition.trim_end_matches(';'))];
        if self.enabled != "O" {
            steps.push(self.enable());
        }
        steps
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        let mut steps = vec![];
        if old.definition != self.definition {
            let sql = self.definition.trim_end_matches(';');
            steps.push(Step::new(sql.replacen("CREATE RULE", "CREATE OR REPLACE RULE", 1)));
        }
        if old.enabled != self.enabled {
            steps.push(self.enable());
        }
        if steps.is_empty() { Alteration::Same } else { Alteration::Steps(steps) }
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        let kind = if self.on_view { Kind::View } else { Kind::Table };
        vec![Id::new(kind, [&self.table.0, &self.table.1])]
    }
}
