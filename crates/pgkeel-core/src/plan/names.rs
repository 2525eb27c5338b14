//! Names that no two objects may have at once: one has to be free before another object takes it.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::Change;
use crate::object::{Body, Kind, Site, not_null};
use crate::schema::{Id, Schema};
use crate::sql::ident::Ident;

/// What gives up a name, each with what takes it.
pub fn in_turn<'a>(site: &Site, changes: &'a BTreeMap<Id, Change>) -> Vec<(&'a Id, &'a Id)> {
    let mut freed: BTreeMap<String, Vec<&Id>> = BTreeMap::new();
    let mut taken: Vec<(&Id, BTreeSet<String>)> = vec![];
    for (id, change) in changes {
        let (before, after) = (of(site.old, id), of(site.new, id));
        let (gone, come) = match change {
            Change::Drop | Change::Replace | Change::Create => (before, after),
            // The NOT NULL of a column alone gets another name in place.
            Change::Alter(..) => (&before - &after, &after - &before),
        };
        for name in gone {
            freed.entry(name).or_default().push(id);
        }
        taken.push((id, come));
    }
    let mut pairs = vec![];
    for (id, names) in taken {
        let holders = names.iter().filter_map(|name| freed.get(name)).flatten();
        pairs.extend(holders.filter(|holder| **holder != id).map(|holder| (*holder, id)));
    }
    pairs
}

/// The names that an object has in a schema; none when it is not there.
fn of(schema: &Schema, id: &Id) -> BTreeSet<String> {
    let Some(body) = schema.body(id) else { return BTreeSet::new() };
    let mut names: BTreeSet<String> = body.occupies().into_iter().collect();
    if let Body::Column(column) = body
        && schema.version >= not_null::NAMED
        && column.not_null
    {
        let name = not_null::name_in(column, schema);
        names.insert(format!("constraint {} {}", column.table, Ident(&name)));
    }
    names
}

/// The relation that an object is, or is a column of.
fn relation(id: &Id) -> Option<(Kind, &[String])> {
    match id.kind {
        Kind::Column => Some((Kind::Table, id.parts.get(..2)?)),
        Kind::Table | Kind::View | Kind::MaterializedView | Kind::Sequence | Kind::Composite => {
            Some((id.kind, &id.parts))
        }
        _ => None,
    }
}

/// Whether a relation, or a column of one, is followed by one of another kind that has its name: a view by a table.
pub fn is_followed_by(gone: &Id, come: &Id) -> bool {
    match (relation(gone), relation(come)) {
        (Some((kind, name)), Some((other_kind, other_name))) => kind != other_kind && name == other_name,
        _ => false,
    }
}
