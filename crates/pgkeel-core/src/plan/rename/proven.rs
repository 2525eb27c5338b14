//! Renames that somebody can prove: two names of one object, known by the place at which the catalog keeps it.

use super::{Renaming, apply, labels, own_name};
use crate::object::{Body, Kind};
use crate::schema::{Id, Schema};

/// The renames that lead from the names in `old` to those in `new`, in an order in which they can be made: what an object is
/// a part of comes before it. Of the pairs, those whose old name is not in `old` alone and whose new one not in `new` alone
/// are left out; and so is what was moved to another namespace.
pub fn proven(old: &Schema, new: &Schema, pairs: &[(Id, Id)]) -> Vec<Renaming> {
    let mut pairs: Vec<&(Id, Id)> =
        pairs.iter().filter(|(before, after)| before.kind == after.kind).collect();
    pairs.sort_by_key(|(before, _)| (before.parts.len(), before.clone()));
    let (mut found, mut schema) = (vec![], old.clone());
    for (before, after) in pairs {
        let before = as_renamed(before, &found);
        let into = after.parts.first().filter(|into| Some(*into) != before.parts.first());
        let into = into.filter(|_| before.kind.is_in_a_namespace()).cloned();
        let renaming = Renaming { into, ..Renaming::named(before.clone(), own_name(after)) };
        let moves = renaming.into.is_none()
            || (is_moved_by_itself(&schema, &before) && has_same_name(&before, after));
        let fits = before != *after && renaming.new_id() == *after && schema.has(&before) && moves;
        if !fits || schema.has(after) || !new.has(after) || new.has(&before) || is_inherited(&schema, &before)
        {
            continue;
        }
        let done = apply(&schema, new, std::slice::from_ref(&renaming));
        if !done.steps.is_empty() {
            schema = done.schema;
            found.push(renaming);
        }
    }
    found.extend(labels::renamed_between(&schema, new));
    found
}

/// The name of an object after these renames.
fn as_renamed(id: &Id, renames: &[Renaming]) -> Id {
    let mut id = id.clone();
    for renaming in renames {
        let (from, to) = (&renaming.old.parts, renaming.new_id().parts);
        let whole =
            matches!(renaming.old.kind, Kind::Namespace | Kind::Table | Kind::View | Kind::MaterializedView);
        if whole && id.parts.len() > from.len() && id.parts.starts_with(from) {
            id.parts = to.iter().chain(id.parts.iter().skip(to.len())).cloned().collect();
        }
    }
    id
}

/// Whether the object can be moved to another namespace, and is not moved with what it belongs to.
fn is_moved_by_itself(schema: &Schema, id: &Id) -> bool {
    match schema.body(id) {
        Some(Body::Sequence(sequence)) => {
            sequence.identity.is_none()
                && !schema.has(&Id { kind: Kind::SequenceOwner, parts: id.parts.clone() })
        }
        Some(
            Body::Table(_)
            | Body::View(_)
            | Body::MaterializedView(_)
            | Body::Enum(_)
            | Body::Domain(_)
            | Body::Composite(_)
            | Body::Range(_)
            | Body::Function(_),
        ) => true,
        _ => false,
    }
}

/// Whether nothing but the namespace is another.
fn has_same_name(before: &Id, after: &Id) -> bool {
    before.parts.get(1..) == after.parts.get(1..)
}

/// Whether it is renamed with the same column of the table that it comes from.
fn is_inherited(schema: &Schema, id: &Id) -> bool {
    matches!(schema.body(id), Some(Body::Column(column)) if column.inherited_from.is_some())
}

/// Columns of one table that have the same number and type under another name. A number is never given twice, so this is the
/// same column, unless the table itself is another one.
pub fn same_columns(old: &Schema, new: &Schema) -> Vec<(Id, Id)> {
    let columns = |one: &Schema, other: &Schema| {
        let mut found = vec![];
        for (id, object) in one.objects.range(Id::first(Kind::Column)..) {
            let Body::Column(column) = &object.body else { break };
            if !other.has(id) {
                found.push((id.clone(), column.table.clone(), column.position, column.data_type.clone()));
            }
        }
        found
    };
    let come = columns(new, old);
    let pair = |(id, table, position, data_type): (Id, _, _, _)| {
        let same = come.iter().find(|other| (&other.1, other.2, &other.3) == (&table, position, &data_type));
        same.filter(|_| numbered_alike(old, new, &table)).map(|other| (id, other.0.clone()))
    };
    columns(old, new).into_iter().filter_map(pair).collect()
}

/// Whether the columns that both know have one number in both: otherwise the tables were made on different ways.
fn numbered_alike(old: &Schema, new: &Schema, table: &crate::schema::Name) -> bool {
    let mut columns = old.parts(Kind::Column, table);
    columns.all(|(id, object)| match (&object.body, new.body(id)) {
        (Body::Column(before), Some(Body::Column(after))) => before.position == after.position,
        _ => true,
    })
}
