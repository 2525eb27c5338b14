//! The way back: the plan from the new schema to the old one, and which of its steps takes back which step of the plan.

use std::collections::BTreeMap;

use super::{Options, Plan, Step, rename, statements};
use crate::schema::{Id, Schema};
use crate::sql::effect::{self, What};

/// Gives the plan its way back as a whole, and each step its part of it.
pub fn attach(plan: &mut Plan, old: &Schema, new: &Schema, options: &Options) {
    if plan.is_empty() {
        return;
    }
    let renames = rename::apply(old, new, &options.renames).made;
    let renames = renames.iter().rev().map(super::Renaming::back).collect();
    let back = statements(new, old, &Options { renames, ..options.clone() });
    let mut of_cause: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, step) in plan.steps.iter().enumerate() {
        of_cause.entry(step.cause.as_str()).or_default().push(place);
    }
    let mut parts: Vec<Vec<String>> = vec![vec![]; plan.steps.len()];
    for step in &back.steps {
        let place = own(step, &plan.steps, &of_cause).or_else(|| whole(step, &of_cause, old, new));
        if let Some(part) = place.and_then(|place| parts.get_mut(place)) {
            part.push(step.shown().to_owned());
        }
    }
    for (step, undo) in plan.steps.iter_mut().zip(parts) {
        step.undo = undo;
    }
    plan.undo = back.steps;
}

/// The step of the same object that a step back answers: the one that does the same sort of thing, else the first.
fn own(back: &Step, steps: &[Step], of_cause: &BTreeMap<&str, Vec<usize>>) -> Option<usize> {
    let places = of_cause.get(back.cause.as_str())?;
    if places.len() == 1 {
        return places.first().copied();
    }
    let sort = sort_of(&back.sql);
    let alike = places
        .iter()
        .copied()
        .find(|place| sort.is_some() && steps.get(*place).is_some_and(|step| sort_of(&step.sql) == sort));
    alike.or_else(|| places.first().copied())
}

/// The step of the object that another one is a part of: a table's removal took its indexes along.
fn whole(back: &Step, of_cause: &BTreeMap<&str, Vec<usize>>, old: &Schema, new: &Schema) -> Option<usize> {
    let mut id: Id = back.cause.parse().ok()?;
    // A part is at most three levels deep: a default in a column in a table in a namespace.
    for _ in 0..4 {
        let body = old.body(&id).or_else(|| new.body(&id))?;
        id = body.parents(old).into_iter().next()?;
        if let Some(place) = of_cause.get(id.to_string().as_str()).and_then(|places| places.first()) {
            return Some(*place);
        }
    }
    None
}

/// What a statement is about: a change and the change that takes it back are about the same.
fn sort_of(sql: &str) -> Option<&'static str> {
    let what = effect::read(sql).effects.into_iter().next()?.what;
    Some(match what {
        What::SetNotNull { .. } | What::DropNotNull { .. } => "null",
        What::AlterColumnType { .. } => "type",
        What::SetDefault { .. } | What::DropDefault { .. } => "default",
        What::ChangeGenerated { .. } | What::DropGenerated { .. } => "generated",
        What::ColumnOption { .. } if sql.contains(" SET STORAGE ") => "storage",
        What::ColumnOption { .. } if sql.contains(" SET COMPRESSION ") => "compression",
        What::ColumnOption { .. } if sql.contains(" SET STATISTICS ") => "statistics",
        What::ColumnOption { .. } => "options",
        What::StorageParameters { .. } => "storage parameters",
        What::Comment { .. } => "comment",
        What::OwnerTo { .. } => "owner",
        What::Grant { .. } | What::Revoke => "privileges",
        What::RowSecurity { force: None, .. } => "row security",
        What::RowSecurity { .. } => "forced row security",
        What::ReplicaIdentity { .. } => "replica identity",
        What::SetLogged { .. } => "logged",
        What::Inherit { .. } => "inheritance",
        What::AddEnumValue { .. } | What::RenameEnumValue { .. } => "values",
        _ => return None,
    })
}
