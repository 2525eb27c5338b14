//! The command for what auto-fix leaves: the same planner's steps, to be read and run by a person.

use std::collections::BTreeSet;

use super::Left;
use crate::finding::Severity;
use crate::object::Site;
use crate::plan::{self, Options};
use crate::schema::{Id, Object, Schema};

/// Something that no migration makes.
pub fn unexpected(id: &Id, found: &Object, live: &Schema, expected: &Schema) -> Left {
    let none = BTreeSet::new();
    let site = Site { old: live, new: expected, inline: &none, created: &none, apart: &none };
    let steps: Vec<String> = found.body.remove(&site).iter().map(|step| step.shown().to_owned()).collect();
    Left {
        object: id.to_string(),
        reason: "it exists and no migration makes it: nothing is dropped".into(),
        command: Some(steps.join("; ")).filter(|command| !command.is_empty()),
        severity: Severity::Warning,
    }
}

/// The steps that level one object, with what has to be rebuilt around it.
pub fn command(object: &str, goal: &Schema, expected: &Schema) -> Option<String> {
    let id: Id = object.parse().ok()?;
    let wanted = expected.objects.get(&id)?;
    let mut levelled = goal.clone();
    levelled.objects.insert(id.clone(), wanted.clone());
    for needed in expected.everything_beneath(&id) {
        if let Some(object) = expected.objects.get(needed).filter(|_| !goal.has(needed)) {
            levelled.objects.insert(needed.clone(), object.clone());
        }
    }
    let parts = expected
        .objects
        .iter()
        .filter(|(part, object)| !goal.has(part) && object.body.parents(expected).first() == Some(&id));
    for (part, object) in parts {
        levelled.objects.insert(part.clone(), object.clone());
    }
    levelled.needs.extend(expected.needs.clone());
    let plan = plan::between(goal, &levelled, &Options::default());
    let steps: Vec<&str> = plan.steps.iter().map(plan::Step::shown).collect();
    (!steps.is_empty()).then(|| steps.join("; "))
}
