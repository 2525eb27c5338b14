//! The order of changes along inheritance: what tables have from others above them.

use std::collections::{BTreeMap, BTreeSet};

use super::{DOWN, Nodes, UP};
use crate::diff::Change;
use crate::object::{Body, Kind, Site};
use crate::schema::{Id, Name, Schema};

/// What has to come before what because one table inherits from another.
pub fn demands(
    site: &Site,
    changes: &BTreeMap<Id, Change>,
    aside: &BTreeSet<Id>,
    nodes: &Nodes,
) -> Vec<(usize, usize)> {
    let mut found = from_the_top(site, changes, aside, nodes);
    found.extend(before_new_heirs(site, changes, nodes));
    found
}

/// A column that several tables declare goes from the topmost first: PostgreSQL drops none that is still inherited.
fn from_the_top(
    site: &Site,
    changes: &BTreeMap<Id, Change>,
    aside: &BTreeSet<Id>,
    nodes: &Nodes,
) -> Vec<(usize, usize)> {
    let mut found = vec![];
    for id in changes.keys().filter(|id| id.kind == Kind::Column && !aside.contains(*id)) {
        let (Some(Body::Column(column)), Some(above)) = (site.old.body(id), nodes.at(id, DOWN)) else {
            continue;
        };
        let heirs = column.in_heirs(site).filter(|heir| !aside.contains(heir));
        found.extend(heirs.filter_map(|heir| Some((above, nodes.at(&heir, DOWN)?))));
    }
    found
}

/// A table that comes beneath others takes their columns as they are at that moment, and its own have to agree: those
/// above have changed, and gone, before.
fn before_new_heirs(site: &Site, changes: &BTreeMap<Id, Change>, nodes: &Nodes) -> Vec<(usize, usize)> {
    let mut found = vec![];
    for id in changes.keys().filter(|id| id.kind == Kind::Inheritance) {
        let made = !matches!(changes.get(id), Some(Change::Drop | Change::Alter(..)));
        let (true, Some(Body::Inheritance(connection)), Some(place)) =
            (made, site.new.body(id), nodes.at(id, UP))
        else {
            continue;
        };
        for table in with_all_above(&connection.parent, site.new) {
            let columns =
                [site.old, site.new].into_iter().flat_map(|schema| schema.parts(Kind::Column, &table));
            for (column, _) in columns {
                found
                    .extend([DOWN, UP].into_iter().filter_map(|role| Some((nodes.at(column, role)?, place))));
            }
            let gone = site.old.parts(Kind::Constraint, &table);
            found.extend(gone.filter_map(|(constraint, _)| Some((nodes.at(constraint, DOWN)?, place))));
        }
    }
    found
}

/// A table and all that it inherits from.
fn with_all_above(table: &Name, schema: &Schema) -> Vec<Name> {
    let mut found = vec![table.clone()];
    let mut next = 0;
    while let Some(Name(namespace, name)) = found.get(next).cloned() {
        next += 1;
        for (_, object) in schema.parts(Kind::Inheritance, &Name(namespace, name)) {
            if let Body::Inheritance(above) = &object.body
                && !found.contains(&above.parent)
            {
                found.push(above.parent.clone());
            }
        }
    }
    found
}
