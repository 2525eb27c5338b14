//! Sequences that belong to columns move to another namespace with their table.

use crate::object::{Body, Kind};
use crate::schema::{Id, Schema};

/// Those of a table that moves, with their new names; none when it only gets another name.
pub fn sequences(schema: &Schema, old: &Id, new: &Id) -> Vec<(Id, Id)> {
    let ([from, table], [into, _]) = (old.parts.as_ref(), new.parts.as_ref()) else { return vec![] };
    if old.kind != Kind::Table || from == into {
        return vec![];
    }
    let owners = schema.objects.range(Id::first(Kind::SequenceOwner)..).map(|(_, object)| &object.body);
    let owners = owners.map_while(|body| match body {
        Body::SequenceOwner(owner) => Some(owner),
        _ => None,
    });
    let of_table = owners.filter(|owner| owner.table.0 == *from && owner.table.1 == *table);
    of_table
        .map(|owner| {
            let name = |namespace: &str| Id::new(Kind::Sequence, [namespace, &owner.sequence.1]);
            (name(from), name(into))
        })
        .collect()
}
