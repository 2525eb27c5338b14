//! What objects were called before, as the guard saw it: the oid of an object and the number of a column stay when the name
//! does not.

use std::collections::BTreeMap;
use std::str::FromStr as _;

use serde_json::Value;

use super::Recorded;
use crate::object::Kind;
use crate::schema::{Id, Schema};

/// The oid of `pg_class` itself, the same in every database.
const RELATIONS: u32 = 1259;

/// Where a database's catalog keeps an object: the catalog and the row in it by their oids, and a column's number or 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The catalog.
    pub class: u32,
    /// The row.
    pub object: u32,
    /// The column (`attnum`), or 0.
    pub column: i32,
}

/// What is only `expected` and what is only `live`, where the records show one object under both names: the former name and
/// the name now. `places` are those of the live objects.
pub fn former_names(
    records: &[Recorded],
    expected: &Schema,
    live: &Schema,
    places: &BTreeMap<Id, Place>,
) -> Vec<(Id, Id)> {
    let mut found: Vec<(Id, Id)> = vec![];
    // Kinds come in the order in which they are created, so that a table is known before its columns.
    for id in live.objects.keys().filter(|id| !expected.has(id)) {
        let Some(place) = places.get(id) else { continue };
        let about = |record: &&Recorded| {
            (record.class, record.object) == (Some(place.class), Some(place.object))
                && record.before.is_some()
        };
        let names = records.iter().filter(about).filter_map(|record| {
            let before = record.before.as_ref()?;
            if place.column == 0 { name(id.kind, before) } else { column(id, &found, place.column, before) }
        });
        let is_gone = |former: &Id| expected.has(former) && !live.has(former);
        if let Some(former) = names.into_iter().find(is_gone) {
            found.push((former, id.clone()));
        }
    }
    found
}

/// The name in a definition: `public.users`, or for what belongs to a table `x on public.users`.
fn name(kind: Kind, definition: &Value) -> Option<Id> {
    let text = definition.get("name")?.as_str()?;
    let text = match text.rsplit_once(" on ") {
        Some((name, table)) => format!("{} {table}.{name}", kind.word()),
        None => format!("{} {text}", kind.word()),
    };
    Id::from_str(&text).ok()
}

/// The column of this number in the definition of its table, as a column of the table that is expected.
fn column(id: &Id, tables: &[(Id, Id)], number: i32, definition: &Value) -> Option<Id> {
    let table = Id { kind: Kind::Table, parts: id.parts.iter().take(2).cloned().collect() };
    let table = tables.iter().find(|(_, now)| *now == table).map_or(&table, |(former, _)| former);
    let columns = definition.get("columns")?.as_object()?;
    let numbered = |column: &Value| column.get("number").and_then(Value::as_i64) == Some(i64::from(number));
    let (label, _) = columns.iter().find(|(_, column)| numbered(column))?;
    Some(Id { kind: Kind::Column, parts: table.parts.iter().chain([label]).cloned().collect() })
}

/// Whether the records say that this object was dropped, not renamed.
pub fn is_known_to_be_dropped(object: &str, records: &[Recorded]) -> bool {
    let Ok(id) = Id::from_str(object) else { return false };
    let gone = |record: &&Recorded| {
        let is_column = record.class == Some(RELATIONS) && id.kind == Kind::Column;
        let of_kind = match record.kind.as_deref() {
            Some("table" | "foreign table") => id.kind == Kind::Table,
            Some("table column" | "foreign table column") => is_column,
            Some(kind) => kind == id.kind.word(),
            None => false,
        };
        record.after.is_none() && of_kind && record.parts.as_deref().is_some_and(|parts| *parts == *id.parts)
    };
    records.iter().any(|record| gone(&record))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::object::Kind;

    #[test]
    fn a_name_is_read_as_the_server_writes_it() {
        let read = |kind, text: &str| super::name(kind, &json!({ "name": text })).map(|id| id.to_string());
        assert_eq!(read(Kind::Table, "public.\"my users\"").as_deref(), Some("table public.\"my users\""));
        assert_eq!(read(Kind::Trigger, "t on public.users").as_deref(), Some("trigger public.users.t"));
    }
}
