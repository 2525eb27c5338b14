//! Aggregates (`pg_aggregate`): plain, ordered-set and hypothetical-set, with their moving forms.

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target, options};
use crate::plan::Step;
use crate::schema::{Id, Schema};
use crate::sql::ident::qualified;

/// An aggregate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Aggregate {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Types of its inputs, comma-separated: with the name, what identifies it.
    pub arguments: String,
    /// Its inputs as CREATE AGGREGATE has them, with `ORDER BY` and names; empty for none.
    pub signature: String,
    /// `n`ormal, `o`rdered-set or `h`ypothetical-set.
    pub form: String,
    /// What it returns.
    pub result: String,
    /// What CREATE AGGREGATE says, as `SFUNC = int4pl`.
    pub options: Vec<String>,
}

impl Aggregate {
    fn create_as(&self, verb: &str) -> Step {
        let signature = if self.signature.is_empty() { "*" } else { self.signature.as_str() };
        let name = qualified(&self.namespace, &self.name);
        Step::new(format!("{verb} AGGREGATE {name}({signature}) {}", options::definition(&self.options)))
    }
}

impl Define for Aggregate {
    fn id(&self) -> Id {
        Id::new(Kind::Aggregate, [&self.namespace, &self.name, &self.arguments])
    }

    fn target(&self) -> Target {
        // `GRANT ON FUNCTION f()` and `COMMENT ON AGGREGATE f(*)` disagree about no inputs; ROUTINE takes the former.
        let keyword = if self.arguments.is_empty() { "ROUTINE" } else { "AGGREGATE" };
        let reference = format!("{}({})", qualified(&self.namespace, &self.name), self.arguments);
        Target::new(keyword, reference).owned().granted_as("FUNCTION")
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        vec![self.create_as("CREATE")]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old == self {
            return Alteration::Same;
        }
        if (&old.signature, &old.form, &old.result) != (&self.signature, &self.form, &self.result) {
            return Alteration::Replace;
        }
        Alteration::Steps(vec![self.create_as("CREATE OR REPLACE")])
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Namespace, [&self.namespace])]
    }

    fn occupies(&self) -> Vec<String> {
        vec![format!("routine {}({})", qualified(&self.namespace, &self.name), self.arguments)]
    }
}
