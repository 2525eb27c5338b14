//! `{"table": "public.policies", "key": ["key"], "rows": [{...}, ...]}`.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Data, Object, Rows, SeedError, columns, error, table};
use crate::sql::position::Position;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<'a> {
    table: String,
    #[serde(default)]
    key: Option<Vec<String>>,
    #[serde(borrow)]
    rows: Vec<&'a RawValue>,
}

pub(super) fn read(file: &str, text: &str) -> Result<Rows, SeedError> {
    let wrong = |e: &serde_json::Error, base: Position| {
        let column = if e.line() <= 1 { base.column + e.column().saturating_sub(1) } else { e.column() };
        let position = Position { line: base.line + e.line().saturating_sub(1), column: column.max(1) };
        error(file, position, e.to_string())
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
        let values = serde_json::from_str(row.get()).map_err(|e| wrong(&e, at))?;
        objects.push(Object { line: at.line, values });
    }
    let table = table(&parsed.table)
        .ok_or_else(|| error(file, Position::START, format!("`{}` is not a table's name", parsed.table)))?;
    let columns = columns(&objects);
    Ok(Rows { file: file.to_owned(), table, key: parsed.key, columns, data: Data::Objects(objects) })
}
