//! What else has to change because of a change: PostgreSQL refuses to drop or retype what something depends on, so the
//! dependants are rebuilt around it, transitively. Rows are never dropped for it: columns are carried over.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::names::is_followed_by;
use crate::diff::Change;
use crate::object::{Body, Kind, Site};
use crate::schema::{Id, Schema};

/// Adds the rebuilding of dependants to `changes`; returns the types that have to be set aside, not dropped, while
/// their columns are carried over.
pub fn close(
    changes: &mut BTreeMap<Id, Change>,
    old: &Schema,
    new: &Schema,
    apart: &BTreeSet<Id>,
) -> BTreeSet<Id> {
    let needed_by = old.needed_by();
    let inline = BTreeSet::new();
    let site = Site { old, new, inline: &inline, created: &inline, apart };
    let mut aside: BTreeSet<Id> = changes
        .iter()
        .filter(|(id, change)| id.kind == Kind::Column && matches!(change, Change::Replace))
        .filter(|(id, _)| old.body(id).is_some_and(|body| body.set_aside(&site).is_some()))
        .map(|(id, _)| id.clone())
        .collect();
    let mut queue: VecDeque<Id> = changes.keys().cloned().collect();
    while let Some(id) = queue.pop_front() {
        let changes_much = !matches!(changes.get(&id), None | Some(Change::Create | Change::Alter(_, None)));
        // It may go with its own table, or with the connection of that to another one.
        let goes_otherwise = old.body(&id).is_some_and(|body| {
            let connections = body.released_by().into_iter().chain(body.parents(old).into_iter().take(1));
            connections
                .into_iter()
                .any(|other| matches!(changes.get(&other), Some(Change::Drop | Change::Replace)))
        });
        if changes_much
            && !goes_otherwise
            && let Some(whole) = old.body(&id).and_then(|body| body.pinned_by(old))
            && new.has(&whole)
            && !matches!(changes.get(&whole), Some(Change::Drop | Change::Create | Change::Replace))
        {
            changes.insert(whole.clone(), Change::Replace);
            queue.push_back(whole);
        }
        let Some(dependants) = needed_by.get(&id) else { continue };
        let blocks = match changes.get(&id) {
            Some(Change::Drop | Change::Replace) => None,
            Some(Change::Alter(_, Some(blocks))) => Some(*blocks),
            _ => continue,
        };
        let replaced = matches!(changes.get(&id), Some(Change::Replace));
        for dependant in dependants.iter().copied() {
            let Some(object) = new.objects.get(dependant) else { continue };
            if blocks.is_some_and(|blocks| !blocks(&object.body)) {
                continue;
            }
            let released = object.body.released_by().and_then(|connection| changes.get(&connection));
            // A table that is no partition any more keeps what was a part of the parent's.
            let through_parent = || {
                old.body(dependant)
                    .is_some_and(|body| body.parents(old).iter().skip(1).any(|parent| *parent == id))
            };
            if matches!(released, Some(Change::Drop | Change::Replace)) && through_parent() {
                continue;
            }
            match changes.get(dependant) {
                Some(Change::Drop | Change::Create | Change::Replace) => continue,
                // It no longer needs what is dropped: its own change comes first.
                Some(Change::Alter(..))
                    if blocks.is_none() && !replaced && !waits_for_successor(&id, dependant, old, new) =>
                {
                    continue;
                }
                _ => {}
            }
            let is_part = object.body.parents(new).first() == Some(&id);
            let fits = !matches!(&object.body, Body::Table(table) if !table.fits_its_type(&id, &site));
            if fits && object.body.holds_data() && !(is_part && replaced) {
                let Some(before) = old.body(&id) else { continue };
                if before.set_aside(&site).is_none()
                    || aside.contains(&id) && is_carried(changes.get(dependant))
                {
                    continue;
                }
                aside.insert(id.clone());
                let retyped = matches!(changes.get(dependant), Some(Change::Alter(_, Some(_))));
                if !retyped {
                    let mut steps = object.body.carry_over(&site);
                    if let Some(Change::Alter(own, _)) = changes.remove(dependant) {
                        steps.extend(own);
                    }
                    changes.insert(
                        dependant.clone(),
                        Change::Alter(steps, Some(|body| blocks_carrying(body.id().kind))),
                    );
                }
            } else {
                changes.insert(dependant.clone(), Change::Replace);
            }
            queue.push_back(dependant.clone());
        }
    }
    set_aside_beneath(&mut aside, changes, &site);
    aside
}

/// Whether what needs something that goes needs its successor from then on, and the two cannot be there at once: a view that
/// groups by a primary key, of which a table has only one, or calls a function that could be taken for another; a rule on a
/// view that becomes a table.
fn waits_for_successor(id: &Id, dependant: &Id, old: &Schema, new: &Schema) -> bool {
    let key_of = |schema: &Schema, id: &Id| match schema.body(id) {
        Some(Body::Constraint(constraint)) if constraint.kind == "p" => Some(constraint.table.clone()),
        _ => None,
    };
    let is_next_key = key_of(old, id).is_some_and(|table| {
        new.needs_of(dependant).any(|needed| !old.has(needed) && key_of(new, needed).as_ref() == Some(&table))
    });
    is_next_key
        || new
            .needs_of(dependant)
            .any(|needed| may_be_taken_for(id, needed, old, new) || is_followed_by(id, needed))
}

/// Whether a call may mean either of two functions of one name: both have inputs that it need not give.
pub fn may_be_taken_for(gone: &Id, other: &Id, old: &Schema, new: &Schema) -> bool {
    let is_vague = |schema: &Schema, id: &Id| {
        matches!(schema.body(id), Some(Body::Function(function))
            if function.defaults > 0 || function.parameters.iter().any(|parameter| parameter.mode == "v"))
    };
    gone.kind == Kind::Function
        && other.kind == Kind::Function
        && gone.parts.get(..2) == other.parts.get(..2)
        && gone != other
        && is_vague(old, gone)
        && is_vague(new, other)
}

/// What is set aside is made of the old forms of other types, which therefore are set aside, too, where their names are
/// wanted: those of a domain over an array of an enum that no column is of by itself.
fn set_aside_beneath(aside: &mut BTreeSet<Id>, changes: &BTreeMap<Id, Change>, site: &Site) {
    let created = changes.iter().filter(|(_, change)| matches!(change, Change::Create));
    let taken: BTreeSet<String> =
        created.filter_map(|(id, _)| site.new.body(id)).flat_map(Body::occupies).collect();
    let mut users: Vec<Id> = aside.iter().cloned().collect();
    while let Some(user) = users.pop() {
        for needed in site.old.needs_of(&user) {
            let Some(body) = site.old.body(needed) else { continue };
            let name_is_wanted = match changes.get(needed) {
                Some(Change::Replace) => true,
                Some(Change::Drop) => body.occupies().iter().any(|name| taken.contains(name)),
                _ => false,
            };
            if name_is_wanted && body.set_aside(site).is_some() && aside.insert(needed.clone()) {
                users.push(needed.clone());
            }
        }
    }
}

fn is_carried(change: Option<&Change>) -> bool {
    matches!(change, Some(Change::Alter(_, Some(_))))
}

/// What refuses, or would be left behind by, the change of a column to another type of the same name.
fn blocks_carrying(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Table
            | Kind::Column
            | Kind::Sequence
            | Kind::SequenceOwner
            | Kind::Attachment
            | Kind::Inheritance
    )
}
