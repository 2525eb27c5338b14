//! The keys and types of a document against the schema, with the place of every mistake.

use super::object_name;
use super::period::{FORMAT, Period};
use super::problem::ConfigProblem;
use crate::nearest::nearest;
use serde_json::Value;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Compares a document with a schema.
pub(super) struct Check<'a> {
    pub text: &'a str,
    pub file: &'a str,
    pub problems: Vec<ConfigProblem>,
}

impl Check<'_> {
    fn problem(&mut self, bytes: Range<usize>, message: String, help: Option<String>) {
        self.problems.push(ConfigProblem::new(self.text, self.file, bytes, message, help));
    }

    /// A table: its keys must be known, and those that must be there, there.
    pub(super) fn table(&mut self, schema: &Value, table: &DeTable<'_>, bytes: &Range<usize>, path: &str) {
        let known = schema.get("properties").and_then(Value::as_object);
        let other = schema.get("additionalProperties").filter(|other| other.is_object());
        for (key, value) in table {
            let name: &str = key.get_ref();
            let inner = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            if let Some(schema) = known.and_then(|known| known.get(name)).or(other) {
                self.value(schema, value, &inner);
                continue;
            }
            let place = if path.is_empty() { String::new() } else { format!(" in [{path}]") };
            let names = || known.into_iter().flat_map(|known| known.keys().map(String::as_str));
            let help = match nearest(name, names()) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("known here: {}", names().collect::<Vec<_>>().join(", ")),
            };
            self.problem(key.span(), format!("unknown key \"{name}\"{place}"), Some(help));
        }
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        for name in required.filter_map(Value::as_str) {
            if !table.keys().any(|key| key.get_ref() == name) {
                self.problem(bytes.clone(), format!("\"{name}\" is missing in [{path}]"), None);
            }
        }
    }

    fn value(&mut self, schema: &Value, value: &Spanned<DeValue<'_>>, path: &str) {
        let alternatives = alternatives(schema);
        let words: Vec<&str> = alternatives.iter().flat_map(|schema| words(schema)).collect();
        if let (false, Some(word)) = (words.is_empty(), value.get_ref().as_str()) {
            if !words.contains(&word) && !word.contains("${") {
                let help =
                    nearest(word, words.iter().copied()).map(|near| format!("did you mean \"{near}\"?"));
                self.problem(value.span(), format!("\"{path}\" is one of: {}", words.join(", ")), help);
            }
            return;
        }
        let Some(schema) = alternatives.iter().find(|schema| accepts(schema, value.get_ref())) else {
            let kinds: Vec<&str> = alternatives.iter().flat_map(|schema| kinds(schema)).collect();
            let wanted: Vec<&str> = kinds.into_iter().filter(|kind| *kind != "null").map(in_words).collect();
            let found = match value.get_ref().type_str() {
                found if found.starts_with(['a', 'i']) => format!("an {found}"),
                found => format!("a {found}"),
            };
            let is_period = |schema: &&&Value| schema.get("format").is_some_and(|format| format == FORMAT);
            let help = alternatives.iter().find(is_period).map(|_| {
                "write a number and its unit between quotes: \"2s\", \"500ms\", \"5min\"; \"0\" is no limit".to_owned()
            });
            self.problem(
                value.span(),
                format!("\"{path}\" must be {}, not {found}", wanted.join(" or ")),
                help,
            );
            return;
        };
        match value.get_ref() {
            DeValue::Table(table) => self.table(schema, table, &value.span(), path),
            DeValue::Array(items) => {
                let Some(schema) = schema.get("items") else { return };
                for item in items {
                    self.value(schema, item, path);
                }
            }
            DeValue::String(text) if schema.get("format").is_some_and(|format| format == FORMAT) => {
                if !text.contains("${")
                    && let Err(problem) = text.parse::<Period>()
                {
                    self.problem(value.span(), problem, None);
                }
            }
            DeValue::String(text) => {
                let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
                if [object_name::NAME, object_name::PATTERN].contains(&format)
                    && let Some((problem, help)) = object_name::problem(text, format)
                {
                    self.problem(value.span(), problem, Some(help));
                }
            }
            DeValue::Integer(number) => {
                let number = i64::from_str_radix(number.as_str(), number.radix()).ok();
                let bound = |name| schema.get(name).and_then(Value::as_i64);
                let low = bound("minimum").unwrap_or(i64::MIN);
                let high = bound("maximum").unwrap_or(i64::MAX);
                if !number.is_some_and(|number| (low..=high).contains(&number)) {
                    let least = if low == i64::MIN { String::new() } else { format!(", at least {low}") };
                    self.problem(value.span(), format!("\"{path}\" must be a whole number{least}"), None);
                }
            }
            _ => {}
        }
    }
}

fn alternatives(schema: &Value) -> Vec<&Value> {
    let several = ["anyOf", "oneOf"].into_iter().find_map(|name| schema.get(name).and_then(Value::as_array));
    several.map_or_else(|| vec![schema], |several| several.iter().flat_map(alternatives).collect())
}

/// The strings that a schema allows, when it lists them.
fn words(schema: &Value) -> Vec<&str> {
    let listed = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
    listed.chain(schema.get("const")).filter_map(Value::as_str).collect()
}

fn kinds(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn accepts(schema: &Value, value: &DeValue<'_>) -> bool {
    let kinds = kinds(schema);
    let has = |kind| kinds.contains(&kind);
    match value {
        DeValue::String(_) => has("string"),
        DeValue::Integer(_) => has("integer") || has("number"),
        DeValue::Float(_) => has("number"),
        DeValue::Boolean(_) => has("boolean"),
        DeValue::Array(_) => has("array"),
        DeValue::Table(_) => has("object"),
        DeValue::Datetime(_) => false,
    }
}

fn in_words(kind: &str) -> &str {
    match kind {
        "string" => "a string",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "a table",
        other => other,
    }
}
