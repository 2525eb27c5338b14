//! The way back: the plan from the new schema to the old one, and which of its steps takes back which step of the plan.

use std::collections::{BTreeMap, BTreeSet};

use super::{Options, Plan, Step, rename, statements};
use crate::schema::{Id, Schema};
use crate::sql::effect::{self, What};

/// Gives the plan its way back as a whole, and each step its part of it: taken from the last step to the first, the parts are
/// the whole in its order, so that what worked of a plan can be taken back step by step.
pub fn attach(plan: &mut Plan, old: &Schema, new: &Schema, options: &Options) {
    if plan.is_empty() {
        return;
    }
    let renames = rename::apply(old, new, &options.renames).made;
    let renames = renames.iter().rev().map(super::Renaming::back).collect();
    let back = statements(new, old, &Options { renames, ..options.clone() });
    let answered = answered(&back.steps, &plan.steps, old, new);
    let in_order = falling(&answered);
    let mut parts: Vec<Vec<String>> = vec![vec![]; plan.steps.len()];
    let mut current = plan.steps.len() - 1;
    for (number, step) in back.steps.iter().enumerate() {
        if let Some(place) = answered.get(number).copied().flatten().filter(|_| in_order.contains(&number)) {
            current = place;
        }
        if let Some(part) = parts.get_mut(current) {
            part.push(step.shown().to_owned());
        }
    }
    for (step, undo) in plan.steps.iter_mut().zip(parts) {
        step.undo = undo;
    }
    plan.undo = back.steps;
}

/// For each step back the step that it answers: that of the same object and sort, where there are several the last one first.
fn answered<'a>(back: &'a [Step], steps: &'a [Step], old: &Schema, new: &Schema) -> Vec<Option<usize>> {
    let mut of_cause: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut of_sort: BTreeMap<(&str, Option<&str>), Vec<usize>> = BTreeMap::new();
    for (place, step) in steps.iter().enumerate() {
        of_cause.entry(step.cause.as_str()).or_default().push(place);
        of_sort.entry((step.cause.as_str(), sort_of(&step.sql))).or_default().push(place);
    }
    let mut places = vec![];
    for step in back {
        let alike = of_sort.get_mut(&(step.cause.as_str(), sort_of(&step.sql)));
        let own = of_cause.get(step.cause.as_str()).and_then(|places| places.last());
        let place = alike.and_then(Vec::pop).or(own.copied());
        places.push(place.or_else(|| whole(step, &of_cause, old, new)));
    }
    places
}

/// The most numbers of steps back whose answered steps never rise: what else there is goes with the one before.
fn falling(answered: &[Option<usize>]) -> BTreeSet<usize> {
    // The ends of the best rows of each length, and what comes before each member of a row (patience sorting).
    let mut ends: Vec<(usize, usize)> = vec![];
    let mut before: BTreeMap<usize, usize> = BTreeMap::new();
    for (number, place) in answered.iter().enumerate() {
        let Some(place) = *place else { continue };
        let length = ends.partition_point(|(end, _)| *end >= place);
        if let Some((_, previous)) = length.checked_sub(1).and_then(|last| ends.get(last)) {
            before.insert(number, *previous);
        }
        match ends.get_mut(length) {
            Some(end) => *end = (place, number),
            None => ends.push((place, number)),
        }
    }
    let mut row = BTreeSet::new();
    let mut next = ends.last().map(|(_, number)| *number);
    while let Some(number) = next {
        row.insert(number);
        next = before.get(&number).copied();
    }
    row
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
    if sql.starts_with("CREATE ") || sql.starts_with("DROP ") {
        return Some("existence");
    }
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

#[cfg(test)]
mod tests {
    use super::falling;

    #[test]
    fn the_longest_row_that_never_rises_is_kept() {
        let row = |places: &[Option<usize>]| falling(places).into_iter().collect::<Vec<_>>();
        assert_eq!(row(&[Some(3), Some(0), Some(2), None, Some(2), Some(1)]), [0, 2, 4, 5]);
        assert_eq!(row(&[Some(0), Some(1), Some(2)]).len(), 1);
        assert!(row(&[None, None]).is_empty());
    }
}
