//! What a plan leaves as it is, because PostgreSQL has no way to change it but to make columns anew: that is said.

use std::collections::BTreeSet;

use crate::object::column::Column;
use crate::object::inheritance::stays_child;
use crate::object::{Body, Kind, Site, not_null};
use crate::schema::{Id, Name, Schema};

/// Everything that is left, in sentences.
pub fn notes(site: &Site) -> Vec<String> {
    let (old, new) = (site.old, site.new);
    let mut notes = column_order(old, new, site.created);
    notes.extend(parent_order(old, new));
    notes.extend(declarations(site));
    notes.extend(own_checks(old, new));
    notes.extend(not_nulls(site));
    notes
}

/// NOT NULLs of heirs, see [`not_null::left`].
fn not_nulls(site: &Site) -> Vec<String> {
    if site.old.version < not_null::NAMED {
        return vec![];
    }
    let columns =
        site.new.objects.range(Id::first(Kind::Column)..).take_while(|(id, _)| id.kind == Kind::Column);
    let left = columns.filter_map(|(id, object)| match (&object.body, site.old.body(id)) {
        (Body::Column(after), Some(Body::Column(before))) if !site.created.contains(id) => {
            not_null::left(before, after, site)
        }
        (Body::Column(after), _) => not_null::proven_when_made(after, site),
        _ => None,
    });
    left.collect()
}

/// Inherited CHECKs that a table declares for itself as well, while in the target it only inherits them: PostgreSQL takes no
/// such declaration back.
fn own_checks(old: &Schema, new: &Schema) -> Vec<String> {
    let constraints =
        new.objects.range(Id::first(Kind::Constraint)..).take_while(|(id, _)| id.kind == Kind::Constraint);
    let differing = constraints.filter_map(|(id, object)| {
        let (Body::Constraint(after), Some(Body::Constraint(before))) = (&object.body, old.body(id)) else {
            return None;
        };
        let stays = before.definition == after.definition
            && after.inherited_from.is_some()
            && !(before.in_partition || after.in_partition);
        (stays && before.local && !after.local).then(|| {
            format!(
                "constraint {} stays declared by its table, too; in the target it is only inherited",
                object.body.target().reference
            )
        })
    });
    differing.collect()
}

/// Tables that inherit from the same tables in another order, which nothing but `pg_dump` shows.
fn parent_order(old: &Schema, new: &Schema) -> Vec<String> {
    let tables = new.objects.range(Id::first(Kind::Table)..).take_while(|(id, _)| id.kind == Kind::Table);
    let reordered = tables.filter_map(|(id, object)| match (&object.body, old.body(id)) {
        (Body::Table(after), Some(Body::Table(before))) if after.inherits.len() > 1 => {
            // A parent that comes is the last one.
            let stays = |name: &&Name| before.inherits.contains(name);
            let kept = before.inherits.iter().filter(|name| after.inherits.contains(name));
            let common: Vec<&Name> = kept.chain(after.inherits.iter().filter(|name| !stays(name))).collect();
            let wanted: Vec<&Name> = after.inherits.iter().collect();
            let name = object.body.target().reference;
            (common != wanted).then(|| {
                let wanted: Vec<String> = after.inherits.iter().map(ToString::to_string).collect();
                format!("the order of the parents of {name} stays; the target has ({})", wanted.join(", "))
            })
        }
        _ => None,
    });
    reordered.collect()
}

/// Inherited columns that a table declares for itself as well, or does not, while in the target it is the other way.
fn declarations(site: &Site) -> Vec<String> {
    let (old, new) = (site.old, site.new);
    let columns = new.objects.range(Id::first(Kind::Column)..).take_while(|(id, _)| id.kind == Kind::Column);
    let differing = columns.filter_map(|(id, object)| {
        let Body::Column(after) = &object.body else { return None };
        let parent = after.inherited_from.as_ref()?;
        let Some(Body::Column(before)) = old.body(id) else {
            // A table needs the columns of a parent before it can inherit from it.
            let table = Id::new(Kind::Table, [&after.table.0, &after.table.1]);
            let needs_it = old.has(&table) && !site.created.contains(&table);
            let given =
                needs_it && !after.local && !after.in_partition && !stays_child(&after.table, parent, site);
            return given.then(|| {
                let column = object.body.target().reference;
                format!(
                    "column {column} becomes declared by its table, too; in the target it is only inherited"
                )
            });
        };
        let had_parent = before.inherited_from.is_some();
        let was_child = old.heirs_of(parent).any(|heir| *heir == after.table);
        let leader = Id::new(Kind::Column, [&parent.0, &parent.1, &after.name]);
        match (before.local, after.local) {
            _ if after.in_partition || before.in_partition => None,
            // A parent that gets the column takes it over with its values.
            (true, false) if had_parent || old.has(&leader) || !was_child => Some(format!(
                "column {} stays declared by its table, too; in the target it is only inherited",
                object.body.target().reference
            )),
            (false, true) if had_parent && old.has(&leader) => Some(format!(
                "column {} stays only inherited; in the target its table declares it, too",
                object.body.target().reference
            )),
            _ => None,
        }
    });
    differing.collect()
}

/// Tables whose columns stand in another order, or will because PostgreSQL puts new ones last: it cannot move a column,
/// so that is said, not done.
fn column_order(old: &Schema, new: &Schema, created: &BTreeSet<Id>) -> Vec<String> {
    let mut notes = vec![];
    // A column with its place in the table after the plan: those that stay, and then the new ones.
    let mut columns: Vec<((bool, i32), &Column)> = vec![];
    let mut say = |columns: &mut Vec<((bool, i32), &Column)>| {
        let names = |sorted: &[((bool, i32), &Column)]| {
            sorted.iter().map(|(_, column)| column.name.as_str()).collect::<Vec<_>>().join(", ")
        };
        columns.sort_by_key(|(place, _)| *place);
        if !columns.is_sorted_by_key(|(_, after)| after.position) {
            let is = names(columns);
            let verb = if columns.iter().any(|((is_new, _), _)| *is_new) { "becomes" } else { "stays" };
            columns.sort_by_key(|(_, after)| after.position);
            let wanted = names(columns);
            if let Some((_, column)) = columns.first() {
                let table = &column.table;
                notes.push(format!("column order of {table} {verb} ({is}); the target has ({wanted})"));
            }
        }
        columns.clear();
    };
    for (id, object) in new.objects.range(Id::first(Kind::Column)..) {
        let Body::Column(after) = &object.body else { break };
        let table = Id::new(Kind::Table, [&after.table.0, &after.table.1]);
        if created.contains(&table) || !old.has(&table) {
            continue;
        }
        let place = match old.body(id) {
            Some(Body::Column(before)) if !created.contains(id) => (false, before.position),
            _ if created.contains(id) => (true, after.position),
            _ => continue,
        };
        if columns.first().is_some_and(|(_, first)| first.table != after.table) {
            say(&mut columns);
        }
        columns.push((place, after));
    }
    say(&mut columns);
    notes
}
