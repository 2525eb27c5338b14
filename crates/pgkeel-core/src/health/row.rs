//! One row of a check's answer, as the JSON object that `to_jsonb` made of it.

use serde_json::Value;

use crate::count::plural;
use crate::sql::ident::{Ident, qualified};

/// Typed reading of a row; a column that is null or absent is `None`, never an error.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a>(pub &'a Value);

impl<'a> Row<'a> {
    /// A text column, or the empty text.
    pub fn text(self, column: &str) -> &'a str {
        self.maybe_text(column).unwrap_or_default()
    }

    /// A text column.
    pub fn maybe_text(self, column: &str) -> Option<&'a str> {
        self.0.get(column).and_then(Value::as_str)
    }

    /// A numeric column; PostgreSQL writes infinities and numbers beyond JSON as text.
    pub fn real(self, column: &str) -> Option<f64> {
        match self.0.get(column)? {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// A numeric column written without a fraction, or `?`.
    pub fn whole(self, column: &str) -> String {
        self.real(column).map_or_else(|| "?".to_owned(), |value| format!("{value:.0}"))
    }

    /// A numeric column with its noun, which is given in the singular: `1 policy`, `12 rows`.
    pub fn counted(self, column: &str, noun: &str) -> String {
        let count = self.whole(column);
        format!("{count} {}", plural(usize::from(count != "1") + 1, noun))
    }

    /// A boolean column; null is false.
    pub fn flag(self, column: &str) -> bool {
        self.0.get(column).and_then(Value::as_bool).unwrap_or_default()
    }

    /// Names in an array column, quoted and separated by commas.
    pub fn names(self, column: &str) -> String {
        let names = self.0.get(column).and_then(Value::as_array);
        let quoted =
            names.into_iter().flatten().filter_map(Value::as_str).map(|name| Ident(name).to_string());
        quoted.collect::<Vec<_>>().join(", ")
    }

    /// Columns `namespace` and `name`, qualified and quoted.
    pub fn object(self) -> String {
        qualified(self.text("namespace"), self.text("name"))
    }

    /// Column `namespace` and another column, qualified and quoted.
    pub fn in_namespace(self, column: &str) -> String {
        qualified(self.text("namespace"), self.text(column))
    }
}
