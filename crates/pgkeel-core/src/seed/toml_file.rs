//! `table = "public.packs"`, `key = ["name"]`, and `[[rows]]`.

use serde::Deserialize;
use toml::Spanned;

use super::{Data, Object, Rows, SeedError, columns, error, key, table};
use crate::sql::position::Position;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    table: String,
    #[serde(default, deserialize_with = "key")]
    key: Option<Vec<String>>,
    rows: Vec<Spanned<toml::Table>>,
}

pub(super) fn read(file: &str, text: &str) -> Result<Rows, SeedError> {
    let parsed: File = toml::from_str(text).map_err(|e| {
        let offset = e.span().map_or(0, |span| span.start);
        let at = Position::START.after(text.get(..offset).unwrap_or_default());
        error(file, at, e.message().to_owned())
    })?;
    let mut objects = Vec::new();
    for row in parsed.rows {
        let line = Position::START.after(text.get(..row.span().start).unwrap_or_default()).line;
        let values = row.into_inner().into_iter().map(|(name, value)| (name, json(value))).collect();
        objects.push(Object { line, values });
    }
    let table = table(&parsed.table)
        .ok_or_else(|| error(file, Position::START, format!("`{}` is not a table's name", parsed.table)))?;
    let columns = columns(&objects);
    Ok(Rows { file: file.to_owned(), table, key: parsed.key, columns, data: Data::Objects(objects) })
}

/// Dates and times become text, which PostgreSQL reads; the numbers that JSON lacks do, too.
fn json(value: toml::Value) -> serde_json::Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => {
            serde_json::Number::from_f64(number).map_or_else(|| number.to_string().into(), Into::into)
        }
        toml::Value::Boolean(truth) => truth.into(),
        toml::Value::Datetime(moment) => moment.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(table) => table
            .into_iter()
            .map(|(name, value)| (name, json(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}
