//! Which objects are created by another object's statement, and which are dropped by another's removal.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::Change;
use crate::object::{Kind, Site};
use crate::schema::{Id, Schema};

fn is_created(changes: &BTreeMap<Id, Change>, id: &Id) -> bool {
    matches!(changes.get(id), Some(Change::Create | Change::Replace))
}

fn is_dropped(changes: &BTreeMap<Id, Change>, id: &Id) -> bool {
    matches!(changes.get(id), Some(Change::Drop | Change::Replace))
}

/// Objects created inside another's statement, with that other object.
pub fn created_within(changes: &BTreeMap<Id, Change>, old: &Schema, new: &Schema) -> BTreeMap<Id, Id> {
    let inline = BTreeSet::new();
    let site = Site { old, new, inline: &inline, created: &inline, apart: &inline };
    let mut within = BTreeMap::new();
    for (id, object) in &new.objects {
        if is_created(changes, id)
            && let Some(host) = object.body.folds_into(&site)
            && is_created(changes, &host)
        {
            // A constraint may only be written into its table when its columns are there as well.
            within.insert(id.clone(), host);
        }
    }
    let circular: Vec<Id> = within
        .iter()
        .filter(|(id, host)| reaches(new, id, host, &within, changes))
        .map(|(id, _)| id.clone())
        .collect();
    for id in circular {
        within.remove(&id);
    }
    within
}

/// The statement in the end: a default is in its column, which is in its table.
pub fn outermost<'a>(within: &'a BTreeMap<Id, Id>, id: &'a Id) -> &'a Id {
    let mut host = id;
    while let Some(next) = within.get(host) {
        host = next;
    }
    host
}

/// Whether what `id` needs, its host aside, needs the host in turn: then one has to come after the other.
fn reaches(
    schema: &Schema,
    id: &Id,
    host: &Id,
    within: &BTreeMap<Id, Id>,
    changes: &BTreeMap<Id, Change>,
) -> bool {
    let goal = outermost(within, host);
    let mut seen = BTreeSet::new();
    let mut stack: Vec<&Id> = schema.needs_of(id).filter(|needed| !belongs(within, needed, goal)).collect();
    while let Some(next) = stack.pop() {
        if !is_created(changes, next) || !seen.insert(next) {
            continue;
        }
        if belongs(within, next, goal) {
            return true;
        }
        stack.extend(schema.needs_of(next));
    }
    false
}

fn belongs(within: &BTreeMap<Id, Id>, id: &Id, goal: &Id) -> bool {
    id == goal || (within.contains_key(id) && outermost(within, id) == goal)
}

/// Objects that go when another one goes, with that other one.
pub fn dropped_with(changes: &BTreeMap<Id, Change>, old: &Schema) -> BTreeMap<Id, Id> {
    let mut with = BTreeMap::new();
    for (id, object) in &old.objects {
        if !is_dropped(changes, id) {
            continue;
        }
        let mut parents = object.body.parents(old);
        if object.body.released_by().is_some_and(|connection| is_dropped(changes, &connection)) {
            parents.truncate(1);
        }
        if let Some(parent) =
            parents.iter().find(|parent| parent.kind != Kind::Namespace && is_dropped(changes, parent))
        {
            with.insert(id.clone(), parent.clone());
        }
    }
    with
}
