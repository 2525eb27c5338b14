//! A renamed column is renamed in the tables that inherit it too, by the same statement.

use std::collections::BTreeSet;

use crate::object::{Body, Kind};
use crate::schema::{Id, Name, Schema};

/// The columns of partitions and heirs that follow a column from its old name to its new one, with the names they get.
pub fn columns(schema: &Schema, old: &Id, new: &Id) -> Vec<(Id, Id)> {
    let ([namespace, table, column], [.., name]) = (old.parts.as_ref(), new.parts.as_ref()) else {
        return vec![];
    };
    if old.kind != Kind::Column {
        return vec![];
    }
    let (mut found, mut seen) = (vec![], BTreeSet::new());
    let mut tables = vec![Name(namespace.clone(), table.clone())];
    while let Some(table) = tables.pop() {
        for heir in schema.heirs_of(&table) {
            let of = |column: &str| Id::new(Kind::Column, [heir.0.as_str(), heir.1.as_str(), column]);
            if seen.insert(heir.clone())
                && matches!(schema.body(&of(column)), Some(Body::Column(column)) if column.inherited_from.is_some())
            {
                found.push((of(column), of(name)));
                tables.push(heir.clone());
            }
        }
    }
    found
}
