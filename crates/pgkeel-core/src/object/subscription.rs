//! Subscriptions (`pg_subscription`). Created without connecting: a plan never reaches out to another server.

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target, options};
use crate::plan::Step;
use crate::schema::Id;
use crate::sql::ident::{Ident, Literal};

/// A subscription.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Subscription {
    /// Name.
    pub name: String,
    /// Connection string; it may hold a password.
    pub connection: String,
    /// Publications on the other server.
    pub publications: Vec<String>,
    /// The replication slot on the other server; none for no slot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<String>,
    /// Whether it runs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub enabled: bool,
    /// Options that ALTER SUBSCRIPTION can set.
    pub options: Vec<String>,
    /// Options that only CREATE SUBSCRIPTION can set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixed_options: Vec<String>,
}

impl Subscription {
    fn publications(&self) -> String {
        self.publications.iter().map(|name| Ident(name).to_string()).collect::<Vec<_>>().join(", ")
    }

    fn slot(&self) -> String {
        self.slot.as_ref().map_or_else(|| "NONE".to_owned(), |slot| Literal(slot).to_string())
    }

    fn step(&self, clause: &str) -> Step {
        Step::new(format!("ALTER SUBSCRIPTION {} {clause}", Ident(&self.name)))
    }
}

impl Define for Subscription {
    fn id(&self) -> Id {
        Id::new(Kind::Subscription, [&self.name])
    }

    fn target(&self) -> Target {
        Target::new("SUBSCRIPTION", Ident(&self.name).to_string()).owned()
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        let mut with = format!("connect = false, slot_name = {}", self.slot());
        for options in [&self.options, &self.fixed_options] {
            if !options.is_empty() {
                with.push_str(&format!(", {}", options::storage_list(options)));
            }
        }
        let (name, connection) = (Ident(&self.name), Literal(&self.connection));
        let publications = self.publications();
        let sql = format!("CREATE SUBSCRIPTION {name} CONNECTION {connection} PUBLICATION {publications} WITH ({with})");
        let mut steps = vec![Step::new(sql)];
        if self.enabled {
            steps.push(self.step("ENABLE"));
        }
        steps
    }

    /// The slot is on another server: the subscription lets go of it, so that it can be dropped in a transaction.
    fn remove(&self, _site: &Site) -> Vec<Step> {
        let mut steps = vec![];
        if self.slot.is_some() {
            if self.enabled {
                steps.push(self.step("DISABLE"));
            }
            steps.push(self.step("SET (slot_name = NONE)"));
        }
        steps.push(Step::new(format!("DROP SUBSCRIPTION {}", Ident(&self.name))));
        steps
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old.fixed_options != self.fixed_options {
            return Alteration::Replace;
        }
        let mut steps = vec![];
        if old.connection != self.connection {
            steps.push(self.step(&format!("CONNECTION {}", Literal(&self.connection))));
        }
        if old.publications != self.publications {
            steps.push(self.step(&format!("SET PUBLICATION {} WITH (refresh = false)", self.publications())));
        }
        if old.enabled && !self.enabled {
            steps.push(self.step("DISABLE"));
        }
        if old.slot != self.slot {
            steps.push(self.step(&format!("SET (slot_name = {})", self.slot())));
        }
        steps.extend(options::storage_changes(&old.options, &self.options).iter().map(|clause| self.step(clause)));
        if !old.enabled && self.enabled {
            steps.push(self.step("ENABLE"));
        }
        if steps.is_empty() { Alteration::Same } else { Alteration::Steps(steps) }
    }
}
