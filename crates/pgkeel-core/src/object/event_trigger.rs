//! Event triggers (`pg_event_trigger`).

use serde::{Deserialize, Serialize};

use super::rule::enable_clause;
use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::Id;
use crate::sql::ident::{Ident, Literal};

/// An event trigger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventTrigger {
    /// Name.
    pub name: String,
    /// E.g. `ddl_command_end`.
    pub event: String,
    /// Only for these commands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The function it runs.
    pub function: String,
    /// `O`rigin, `D`isabled, `R`eplica, `A`lways.
    pub enabled: String,
}

impl EventTrigger {
    fn enable(&self) -> Step {
        Step::new(format!("ALTER EVENT TRIGGER {} {}", Ident(&self.name), enable_clause(&self.enabled)))
    }
}

impl Define for EventTrigger {
    fn id(&self) -> Id {
        Id::new(Kind::EventTrigger, [&self.name])
    }

    fn target(&self) -> Target {
        Target::new("EVENT TRIGGER", Ident(&self.name).to_string()).owned()
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        let mut sql = format!("CREATE EVENT TRIGGER {} ON {}", Ident(&self.name), Ident(&self.event));
        if !self.tags.is_empty() {
            let tags: Vec<String> = self.tags.iter().map(|tag| Literal(tag).to_string()).collect();
            sql.push_str(&format!("\n    WHEN TAG IN ({})", tags.join(", ")));
        }
        sql.push_str(&format!("\n    EXECUTE FUNCTION {}()", self.function));
        let mut steps = vec![Step::new(sql)];
        if self.enabled != "O" {
            steps.push(self.enable());
        }
        steps
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if (&old.event, &old.tags, &old.function) != (&self.event, &self.tags, &self.function) {
            return Alteration::Replace;
        }
        if old.enabled == self.enabled { Alteration::Same } else { Alteration::Steps(vec![self.enable()]) }
    }
}
