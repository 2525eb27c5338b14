//! What `auto-fix` may do: the additive repairs that bring a live schema to the expected one, and what is left for a
//! person with the command for it. Nothing is dropped that holds rows, no value is rewritten.
//!
//! A repair is a goal: the live schema with what is missing put in. The plan to it is the planner's, so whatever the
//! planner knows about order, dependants and long locks holds here too.

mod caution;
mod defaults;
mod goal;
mod manual;
mod merge;
mod probe;
mod sequences;
mod widening;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

pub use manual::command;
pub use probe::{Probe, probes};

use crate::finding::Severity;
use crate::object::Body;
use crate::plan::{self, Options, Plan, Step};
use crate::schema::{Id, Schema};
use crate::sql::ident::qualified;
use crate::validate::Ignored;

/// What is known about the live database besides its schema.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Tables that hold rows: work on them must not block readers and writers for long.
    pub filled: BTreeSet<Id>,
    /// Objects that cannot be repaired, and why: the server or the rows refuse.
    pub refused: BTreeMap<Id, String>,
    /// Constraints that rows violate, and how: those that can be are added without a check of the rows.
    pub violated: BTreeMap<Id, String>,
    /// The role that will run the plan.
    pub role: Option<String>,
}

/// Something that differs and that only a person may level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Left {
    /// The object, as `table public.users`.
    pub object: String,
    /// Why it is left.
    pub reason: String,
    /// The command that levels it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// How much it matters.
    pub severity: Severity,
}

/// The additive repairs, and what is left.
#[derive(Debug, Clone)]
pub struct Repairs {
    /// The schema after them.
    pub goal: Schema,
    /// The steps to it, made for the live schema.
    pub plan: Plan,
    /// The steps back, made for the schema after them.
    pub undo: Plan,
    /// What is left for a person, the worst first.
    pub left: Vec<Left>,
}

/// Plans the additive repairs that bring `live` to `expected`, except what `ignored` names.
pub fn repairs(live: &Schema, expected: &Schema, ignored: &Ignored, facts: &Facts) -> Repairs {
    let (goal, mut left) = goal::make(live, expected, ignored, facts);
    let (plan, undo) = plan(live, &goal, facts);
    left.sort_by(|a, b| (b.severity, &a.object).cmp(&(a.severity, &b.object)));
    Repairs { goal, plan, undo, left }
}

/// The plan from `live` to `goal`, without long locks on the tables that hold rows and in one transaction otherwise; and
/// the plan back.
fn plan(live: &Schema, goal: &Schema, facts: &Facts) -> (Plan, Plan) {
    let (healed, rebuilt) = heal(live, goal);
    let options = Options { role: facts.role.clone(), ..Options::default() };
    let mut plan = plan::between(&healed, goal, &options);
    // An index that was rebuilt stays so.
    let undo = plan::between(goal, &healed, &Options::default());
    let mut busy = healed;
    busy.objects.retain(|id, object| !matches!(object.body, Body::Table(_)) || facts.filled.contains(id));
    plan.steps = plan::without_long_locks(plan.steps, &busy, goal);
    plan.steps = defaults::afterwards(plan.steps, goal, facts);
    plan.steps.extend(rebuilt);
    plan.steps.extend(sequences::catch_up(live, goal, &facts.filled));
    plan.base = live.fingerprint();
    (plan, undo)
}

/// The same schema with every index valid: a scratch database cannot be given an invalid one.
pub fn sound(schema: &Schema) -> Schema {
    let mut sound = schema.clone();
    for object in sound.objects.values_mut() {
        if let Body::Index(index) = &mut object.body {
            index.invalid = false;
        }
    }
    sound
}

/// The live schema with its invalid indexes valid, where that is all that is wrong with them, and the steps for it: an
/// index is rebuilt in its place, so that what depends on it stays.
fn heal(live: &Schema, goal: &Schema) -> (Schema, Vec<Step>) {
    let mut healed = live.clone();
    let mut steps = Vec::new();
    for (id, object) in &mut healed.objects {
        if let (Body::Index(index), Some(Body::Index(wanted))) = (&mut object.body, goal.body(id))
            && index.invalid
            && !wanted.invalid
        {
            index.invalid = false;
            let name = qualified(&index.table.0, &index.name);
            let step = Step::new(format!("REINDEX INDEX CONCURRENTLY {name}"));
            steps.push(Step { cause: id.to_string(), transactional: false, ..step });
        }
    }
    (healed, steps)
}
