//! Subscriptions (`pg_subscription`). No step ever connects to the publisher: they are created with `connect = false`
//! and dropped without their slot, so what is at the other end is left to whoever runs it.

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target, options};
use crate::plan::Step;
use crate::schema::Id;
use crate::sql::ident::{Ident, Literal};
use crate::url::redact;

/// What ALTER SUBSCRIPTION changes without a connection to the publisher.
const CHANGEABLE: &[&str] = &[
    "binary",
    "streaming",
    "synchronous_commit",
    "disable_on_error",
    "password_required",
    "run_as_owner",
    "origin",
];

/// A subscription.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Subscription {
    /// Name.
    pub name: String,
    /// How to reach the publisher; often with a password.
    pub connection: String,
    /// Replication slot at the publisher; none for NONE.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<String>,
    /// Publications, in order.
    pub publications: Vec<String>,
    /// What WITH says besides, as `binary = true`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Whether it runs. That is the server's state, not the schema's: never a difference.
    #[serde(default)]
    pub enabled: bool,
}

impl PartialEq for Subscription {
    fn eq(&self, other: &Self) -> bool {
        self.connects_alike(other) && (&self.name, &self.slot, &self.publications, &self.options)
            == (&other.name, &other.slot, &other.publications, &other.options)
    }
}

impl Subscription {
    /// Whether two connect alike. A password that one side does not tell is no difference.
    fn connects_alike(&self, other: &Self) -> bool {
        let (own, others) = (&self.connection, &other.connection);
        let is_hidden = own.contains(options::HIDDEN) || others.contains(options::HIDDEN);
        own == others || is_hidden && redact(own) == redact(others)
    }

    fn slot_clause(&self) -> String {
        self.slot.as_ref().map_or_else(|| "slot_name = NONE".to_owned(), |slot| format!("slot_name = {}", Literal(slot)))
    }

    fn publication_list(&self) -> String {
        let names: Vec<String> = self.publications.iter().map(|name| Ident(name).to_string()).collect();
        names.join(", ")
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
        let mut with = vec!["connect = false".to_owned(), self.slot_clause()];
        with.extend(self.options.iter().cloned());
        let sql = format!(
            "CREATE SUBSCRIPTION {} CONNECTION {} PUBLICATION {} WITH ({})",
            Ident(&self.name),
            Literal(&self.connection),
            self.publication_list(),
            with.join(", ")
        );
        vec![Step::new(sql).hiding([self.connection.as_str()])]
    }

    fn remove(&self, _site: &Site) -> Vec<Step> {
        let mut steps = vec![];
        if self.slot.is_some() {
            steps.push(self.step("DISABLE"));
            steps.push(self.step("SET (slot_name = NONE)"));
        }
        steps.push(Step::new(format!("DROP SUBSCRIPTION {}", Ident(&self.name))));
        steps
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        let changes = options::definition_changes(&old.options, &self.options);
        if changes.iter().any(|(name, value)| !CHANGEABLE.contains(name) || value.is_none()) {
            return Alteration::Replace;
        }
        let mut steps = vec![];
        if !self.connects_alike(old) {
            let step = self.step(&format!("CONNECTION {}", Literal(&self.connection)));
            steps.push(step.hiding([self.connection.as_str()]));
        }
        if old.publications != self.publications {
            steps.push(self.step(&format!("SET PUBLICATION {} WITH (refresh = false)", self.publication_list())));
        }
        let mut settings: Vec<String> =
            changes.iter().map(|(name, value)| format!("{name} = {}", value.unwrap_or_default())).collect();
        if old.slot != self.slot {
            // A subscription without a slot cannot run.
            if self.slot.is_none() && old.enabled {
                steps.push(self.step("DISABLE"));
            }
            settings.push(self.slot_clause());
        }
        if !settings.is_empty() {
            steps.push(self.step(&format!("SET ({})", settings.join(", "))));
        }
        if steps.is_empty() { Alteration::Same } else { Alteration::Steps(steps) }
    }

    fn without_secrets(&self) -> Option<Self> {
        Some(Self { connection: redact(&self.connection), ..self.clone() })
    }
}
