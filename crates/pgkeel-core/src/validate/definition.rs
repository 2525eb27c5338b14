//! What an object is, in a few words: for findings that say what was expected and what was found.

use std::collections::BTreeSet;

use super::shorten;
use crate::object::{Body, Kind, Site};
use crate::plan::Step;
use crate::schema::{Id, Schema};

/// A table by its columns, a part of a table by its definition, anything else by the statement that makes it.
pub(super) fn of(id: &Id, schema: &Schema) -> String {
    let Some(body) = schema.body(id) else { return "nothing".to_owned() };
    if let Body::Table(_) = body {
        let [namespace, table] = &id.parts[..] else { return id.to_string() };
        let name = crate::schema::Name(namespace.clone(), table.clone());
        let mut columns: Vec<(i32, &str)> = schema
            .parts(Kind::Column, &name)
            .filter_map(|(_, object)| match &object.body {
                Body::Column(column) => Some((column.position, column.name.as_str())),
                _ => None,
            })
            .collect();
        columns.sort_unstable();
        let columns: Vec<&str> = columns.into_iter().map(|(_, name)| name).collect();
        return shorten(&format!("a table with columns {}", columns.join(", ")));
    }
    let (nothing, none) = (Schema::default(), BTreeSet::new());
    let site = Site { old: &nothing, new: schema, inline: &none, created: &none, apart: &none };
    let steps = body.create(&site);
    let Some(sql) = steps.first().map(Step::shown) else { return id.to_string() };
    let own = [" ADD COLUMN ", " ADD CONSTRAINT "].iter().find_map(|part| sql.split_once(part));
    shorten(own.map_or(sql, |(_, own)| own))
}
