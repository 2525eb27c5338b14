//! `{"table": "public.policies", "key": ["key"], "rows": [{...}, ...]}`.

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{Data, Object, Rows, SeedError, columns, error, key, table};
use crate::sql::position::Position;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<'a> {
    table: String,
    #[serde(default, deserialize_with = "key")]
    key: Option<Vec<String>>,
    #[serde(borrow)]
    rows: Vec<&'a RawValue>,
}

pub(super) fn read(file: &str, text: &str) -> Result<Rows, SeedError> {
    let wrong = |e: &serde_json::Error, base: Position| {
        let column = if e.line() <= 1 { base.column + e.column().saturating_sub(1) } else { e.column() };
        let position = Position { line: base.line + e.line().saturating_sub(1), column: column.max(1) };
        // The place stands before the message already, and in the file's own lines.
        let message = e.to_string();
        let bare = message.rsplit_once(" at line ").map_or(message.as_str(), |(bare, _)| bare);
        error(file, position, bare)
    };
    if text.trim_start().starts_with('[') {
        let at = Position::START;
        let message = "a list at the top does not say whose rows these are: write {\"table\": \"...\", \"rows\": [...]}";
        return Err(error(file, at, message));
    }
    let parsed: File<'_> = serde_json::from_str(text).map_err(|e| wrong(&e, Position::START))?;
    let mut objects = Vec::new();
    for row in parsed.rows {
        // A raw value is a part of the text: its address tells its place.
        let offset = (row.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        let at = Position::START.after(text.get(..offset).unwrap_or_default());
        let Named(values) = serde_json::from_str(row.get()).map_err(|e| wrong(&e, at))?;
        objects.push(Object { line: at.line, values });
    }
    let table = table(&parsed.table)
        .ok_or_else(|| error(file, Position::START, format!("`{}` is not a table's name", parsed.table)))?;
    let columns = columns(&objects);
    Ok(Rows { file: file.to_owned(), table, key: parsed.key, columns, data: Data::Objects(objects) })
}

/// A row's values by column, each named once: JSON's own rules would let the last one count in silence.
struct Named(Map<String, Value>);

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Columns).map(Self)
    }
}

struct Columns;

impl<'de> Visitor<'de> for Columns {
    type Value = Map<String, Value>;

    fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("a row, like {\"column\": value}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut columns: A) -> Result<Self::Value, A::Error> {
        let mut values = Map::new();
        while let Some((name, value)) = columns.next_entry::<String, Value>()? {
            if values.contains_key(&name) {
                return Err(A::Error::custom(format!("the row names column \"{name}\" twice")));
            }
            values.insert(name, value);
        }
        Ok(values)
    }
}
