//! Renames one after the other, each when its new name is free. What has the name, and has none of its own to get, goes
//! out of the way: it will be dropped, or two exchange their names.

use super::{Names, Renamed, Renaming, heirs};
use crate::object::aside::short;
use crate::object::{Body, Kind, not_null};
use crate::schema::{Id, Name, Schema};

/// Makes these renames of indexes, constraints and sequences in the old schema. What cannot be renamed, because a name is not
/// to be had, is left as it is.
pub fn in_turn(old: &Schema, new: &Schema, mut waiting: Vec<Renaming>) -> Renamed {
    let (mut result, mut names) = (Renamed::of(old.clone()), Names::default());
    loop {
        let schema = &result.schema;
        if let Some(place) = waiting.iter().position(|renaming| holder(schema, renaming).is_none()) {
            let renaming = waiting.remove(place);
            if renaming.is_possible(schema, new)
                && let Err(problem) = result.make(renaming, new, &mut names)
            {
                result.problems.push(problem);
            }
            continue;
        }
        // None can have its name as things are.
        let mut in_the_way = waiting.iter().filter_map(|renaming| holder(schema, renaming));
        let Some(moving) = in_the_way.find_map(|id| out_of_the_way(schema, &id)) else {
            return result;
        };
        let (from, to) = (moving.old.clone(), moving.new_id());
        if result.make(moving, new, &mut names).is_err() {
            return result;
        }
        for renaming in waiting.iter_mut().filter(|renaming| renaming.old == from) {
            renaming.old = to.clone();
        }
    }
}

/// What has the name that an index, a constraint or a sequence should get.
fn holder(schema: &Schema, renaming: &Renaming) -> Option<Id> {
    let wanted = renaming.new_id();
    let (namespace, name) = (wanted.parts.first()?, wanted.parts.last()?);
    let constraint = |kind: Kind, table: &Name| Id::new(kind, [&table.0, &table.1, name]);
    let anywhere = Name(namespace.clone(), name.clone());
    let body = schema.body(&renaming.old)?;
    if is_relation(body) {
        let kinds =
            [Kind::Table, Kind::View, Kind::MaterializedView, Kind::Sequence, Kind::Composite, Kind::Index];
        let tables = schema.holders_of_constraint(&anywhere);
        let constraints = tables
            .map(|table| constraint(Kind::Constraint, table))
            .filter(|id| schema.body(id).is_some_and(is_relation));
        let relations = kinds.map(|kind| Id::new(kind, [namespace, name])).into_iter();
        let found = relations.filter(|id| schema.has(id)).chain(constraints).next();
        if found.is_some() {
            return found;
        }
    }
    let table = match body {
        Body::Constraint(constraint) => &constraint.table,
        Body::ForeignKey(key) => &key.table,
        _ => return None,
    };
    let of_table = [Kind::Constraint, Kind::ForeignKey].map(|kind| constraint(kind, table));
    // The NOT NULL of a column has no id of its own.
    let is_not_null = || {
        schema.holders_of_constraint(&anywhere).any(|holder| holder == table)
            && schema.version >= not_null::NAMED
    };
    let column = || is_not_null().then(|| Id::new(Kind::Table, [&table.0, &table.1]));
    of_table.into_iter().find(|id| schema.has(id)).or_else(column)
}

/// Whether it has a name among the relations, as the index of a constraint does.
fn is_relation(body: &Body) -> bool {
    match body {
        Body::Constraint(constraint) => matches!(constraint.kind.as_str(), "p" | "u" | "x"),
        Body::ForeignKey(_) => false,
        _ => true,
    }
}

/// The rename that frees the name; `None` for what has no name that it could do without.
fn out_of_the_way(schema: &Schema, id: &Id) -> Option<Renaming> {
    let may_be = match schema.body(id)? {
        Body::Index(_) | Body::ForeignKey(_) => true,
        Body::Constraint(constraint) => constraint.inherited_from.is_none() && !heirs::is_shared(schema, id),
        _ => false,
    };
    let moved = Renaming::named(id.clone(), short(super::own_name(id)));
    (may_be && holder(schema, &moved).is_none()).then_some(moved)
}
