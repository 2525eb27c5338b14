//! A column or a CHECK is renamed in the tables that inherit it too, by the same statement.

use std::collections::BTreeSet;

use crate::object::{Body, Kind};
use crate::schema::{Id, Name, Schema};

/// The parts of partitions and heirs that follow a column or a CHECK from its old name to its new one, with the names they
/// get.
pub fn parts(schema: &Schema, old: &Id, new: &Id) -> Vec<(Id, Id)> {
    let ([namespace, table, part], [.., name]) = (old.parts.as_ref(), new.parts.as_ref()) else {
        return vec![];
    };
    if !matches!(old.kind, Kind::Column | Kind::Constraint) {
        return vec![];
    }
    let inherits = |id: &Id| match schema.body(id) {
        Some(Body::Column(column)) => column.inherited_from.is_some(),
        Some(Body::Constraint(constraint)) => constraint.inherited_from.is_some(),
        _ => false,
    };
    let (mut found, mut seen) = (vec![], BTreeSet::new());
    let mut tables = vec![Name(namespace.clone(), table.clone())];
    while let Some(table) = tables.pop() {
        for heir in schema.heirs_of(&table) {
            let of = |part: &str| Id::new(old.kind, [heir.0.as_str(), heir.1.as_str(), part]);
            if seen.insert(heir.clone()) && inherits(&of(part)) {
                found.push((of(part), of(name)));
                tables.push(heir.clone());
            }
        }
    }
    found
}

/// Whether one of the tables that inherit it has another parent, too: then PostgreSQL renames it nowhere.
pub fn is_shared(schema: &Schema, id: &Id) -> bool {
    parts(schema, id, id).iter().any(|(heir, _)| {
        let table = Id { kind: Kind::Table, parts: heir.parts.iter().take(2).cloned().collect() };
        matches!(schema.body(&table), Some(Body::Table(table)) if table.inherits.len() > 1)
    })
}
