//! The schema to repair to: the live one, with what is missing of the expected one, and with what differs brought as
//! near as adding can bring it.

use std::collections::BTreeMap;

use super::caution::Case;
use super::merge::{Merge, merge};
use super::{Facts, Left, manual};
use crate::diff::{Change, diff};
use crate::finding::Severity;
use crate::object::{Body, Kind};
use crate::schema::{Id, Name, Object, Schema};
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
    follow(&mut goal, expected);
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
    // The column of an identity says which sequence is behind it.
    if let Body::Sequence(sequence) = &object.body
        && let Some(of) = &sequence.identity
        && let Some(Body::Column(column)) = goal
            .objects
            .get_mut(&Id::new(Kind::Column, [&of.table.0, &of.table.1, &of.column]))
            .map(|column| &mut column.body)
    {
        column.identity = Some(Name(sequence.namespace.clone(), sequence.name.clone()));
    }
    goal.objects.insert(id.clone(), object);
    let needs = expected.needs.get(id).cloned().unwrap_or_default();
    goal.needs.entry(id.clone()).or_default().extend(needs);
}

/// NOT NULL of a parent's column holds for its heirs and partitions at once, which is no change of their own.
fn follow(goal: &mut Schema, expected: &Schema) {
    loop {
        let heirs: Vec<Id> = goal
            .objects
            .iter()
            .filter_map(|(id, object)| match (&object.body, expected.body(id)) {
                (Body::Column(found), Some(Body::Column(wanted))) if !found.not_null && wanted.not_null => {
                    let parent = wanted.inherited_from.as_ref()?;
                    let leader = Id::new(Kind::Column, [&parent.0, &parent.1, &wanted.name]);
                    let led = matches!(goal.body(&leader), Some(Body::Column(leader)) if leader.not_null);
                    led.then(|| id.clone())
                }
                _ => None,
            })
            .collect();
        if heirs.is_empty() {
            return;
        }
        for id in heirs {
            let wanted = expected.body(&id).cloned();
            let found = goal.objects.get_mut(&id).map(|object| &mut object.body);
            if let (Some(Body::Column(found)), Some(Body::Column(wanted))) = (found, wanted) {
                found.not_null = true;
                found.not_null_inherited = wanted.not_null_inherited;
                found.not_null_constraint = wanted.not_null_constraint;
            }
        }
    }
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
