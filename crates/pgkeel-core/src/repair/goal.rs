//! The schema to repair to: the live one, with what is missing of the expected one, and with what differs brought as
//! near as adding can bring it.

use std::collections::BTreeMap;

use super::caution::Case;
use super::merge::{Merge, merge};
use super::{Facts, Left, manual};
use crate::diff::{Change, diff};
use crate::finding::Severity;
use crate::object::{Body, Kind};
use crate::schema::{Id, Object, Schema};
use crate::validate::{Ignored, part_of_another};

/// The goal, and what stays as it is.
pub fn make(live: &Schema, expected: &Schema, ignored: &Ignored, facts: &Facts) -> (Schema, Vec<Left>) {
    let mut goal = live.clone();
    let mut left = Vec::new();
    let case = Case { live, expected, facts };
    // What cannot be created, and whose fault that is: what needs it cannot be created either.
    let mut blocked: BTreeMap<Id, String> = BTreeMap::new();
    for (id, change) in diff(live, expected) {
        if ignored.holds(&id) {
            continue;
        }
        let refusal = facts.refused.get(&id).cloned().or_else(|| waits_for(&id, expected, &blocked));
        match (change, live.objects.get(&id), expected.objects.get(&id)) {
            (Change::Create, _, Some(wanted)) => {
                let refusal = refusal.or_else(|| case.against_creating(wanted));
                if let Some(reason) = refusal {
                    blocked.insert(id.clone(), reason.clone());
                    if !part_of_another(&id, expected, live) {
                        left.push(leave(&id, reason));
                    }
                    continue;
                }
                let (object, rest) = case.eased(&id, wanted);
                left.extend(rest);
                put(&mut goal, expected, &id, object);
            }
            (Change::Drop, Some(_), _) if part_of_another(&id, expected, live) => {}
            (Change::Drop, Some(found), _) => left.push(manual::unexpected(&id, found, live, expected)),
            (_, Some(found), Some(wanted)) => {
                let merged = match refusal.or_else(|| facts.violated.get(&id).cloned()) {
                    Some(reason) => Merge { object: found.clone(), left: vec![reason] },
                    None => merge(&id, found, wanted, live, expected),
                };
                left.extend(merged.left.into_iter().map(|reason| leave(&id, reason)));
                if merged.object != *found {
                    put(&mut goal, expected, &id, merged.object);
                }
            }
            _ => {}
        }
    }
    for item in &mut left {
        if item.command.is_none() {
            item.command = manual::command(&item.object, &goal, expected);
        }
    }
    (goal, left)
}

fn leave(id: &Id, reason: String) -> Left {
    Left { object: id.to_string(), reason, command: None, severity: Severity::Error }
}

fn put(goal: &mut Schema, expected: &Schema, id: &Id, object: Object) {
    goal.objects.insert(id.clone(), object);
    let needs = expected.needs.get(id).cloned().unwrap_or_default();
    goal.needs.entry(id.clone()).or_default().extend(needs);
}

/// Why an object cannot be created: something beneath it cannot.
fn waits_for(id: &Id, expected: &Schema, blocked: &BTreeMap<Id, String>) -> Option<String> {
    if blocked.is_empty() {
        return None;
    }
    let beneath = expected.everything_beneath(id);
    let missing = beneath.into_iter().find(|needed| blocked.contains_key(*needed))?;
    Some(format!("it needs {missing}, which is left"))
}

/// Kinds of objects that are a definition and nothing else: they can be made anew at any time.
pub fn is_definition_only(body: &Body) -> bool {
    match body {
        Body::Index(index) => index.on_view,
        body => matches!(
            body.id().kind,
            Kind::View
                | Kind::MaterializedView
                | Kind::Rule
                | Kind::Trigger
                | Kind::Policy
                | Kind::Default
                | Kind::Function
                | Kind::Statistics
                | Kind::PublicationTable
        ),
    }
}
