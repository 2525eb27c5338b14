//! The reference of `pgkeel.toml`, written from the schema; each test fails when what it wrote is news.

use super::json_schema;
use super::period::FORMAT;
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;

/// Writes a generated file of docs/reference and fails when that changed it.
pub fn keep_fresh(name: &str, fresh: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference").join(name);
    if std::fs::read_to_string(&path).unwrap_or_default() != fresh {
        std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("made");
        std::fs::write(&path, fresh).expect("written");
        panic!("docs/reference/{name} was stale and has been written again: commit it");
    }
}

#[test]
fn the_json_schema_is_fresh() {
    let text = serde_json::to_string_pretty(&json_schema()).expect("it is JSON");
    keep_fresh("pgkeel.schema.json", &(text + "\n"));
}

#[test]
fn the_reference_is_fresh() {
    let schema = json_schema();
    let mut out = String::from(INTRODUCTION);
    let sections = schema["properties"].as_object().expect("sections");
    for (name, section) in sections.iter().filter(|(name, _)| *name != "environments") {
        let keys = section.get("properties").and_then(Value::as_object);
        if keys.is_none() {
            let _ = writeln!(out, "\n## `{name}`\n\n{}", text(section, "description"));
            continue;
        }
        let _ = writeln!(
            out,
            "\n## `[{name}]`\n\n{}\n\n| key | value | default | |\n|---|---|---|---|",
            text(section, "description")
        );
        rows(&mut out, "", section);
    }
    let _ = writeln!(out, "\n## `[environments.NAME]`\n\n{}", text(&sections["environments"], "description"));
    keep_fresh("pgkeel.toml.md", &out);
}

const INTRODUCTION: &str = "<!-- Written by a test of pgkeel-core (config/reference.rs) from the types that read the file. -->

# pgkeel.toml

Every key may be left out. `${NAME}` in a string is an environment variable (also from `.env`), `${NAME:-text}` one
with a default, and `$${` the characters themselves. Unknown keys and wrong values are errors that show the line. For
completion in an editor, put `#:schema` and the path of [pgkeel.schema.json](pgkeel.schema.json) on the first line.
Lengths of time are a number and a unit: `500ms`, `2s`, `5min`, `1h`, `7d`, or `0`.
";

fn rows(out: &mut String, path: &str, schema: &Value) {
    for (name, value) in schema["properties"].as_object().into_iter().flatten() {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let default = match value.get("default") {
            None | Some(Value::Null | Value::Object(_)) => String::new(),
            Some(Value::Array(list)) if list.is_empty() => String::new(),
            Some(default) => format!("`{default}`"),
        };
        let _ = writeln!(out, "| `{path}` | {} | {default} | {} |", kind(value), text(value, "description"));
        inner(out, &path, value);
    }
}

/// The keys inside a table, a list of tables, or a table with names of the user's own.
fn inner(out: &mut String, path: &str, schema: &Value) {
    for alternative in alternatives(schema) {
        if alternative.get("properties").is_some() {
            rows(out, path, alternative);
        }
        if let Some(items) = alternative.get("items").filter(|items| items.get("properties").is_some()) {
            rows(out, &format!("{path}[]"), items);
        }
        if let Some(named) = alternative.get("additionalProperties").filter(|named| named.is_object()) {
            inner(out, &format!("{path}.NAME"), named);
        }
    }
}

fn alternatives(schema: &Value) -> Vec<&Value> {
    match ["anyOf", "oneOf"].into_iter().find_map(|name| schema.get(name).and_then(Value::as_array)) {
        Some(several) => several.iter().flat_map(alternatives).collect(),
        None => vec![schema],
    }
}

fn kind(schema: &Value) -> String {
    let mut kinds: Vec<String> = Vec::new();
    for alternative in alternatives(schema) {
        if let Some(word) = alternative.get("const").and_then(Value::as_str) {
            kinds.push(format!("`\"{word}\"`"));
            continue;
        }
        if let Some(words) = alternative.get("enum").and_then(Value::as_array) {
            kinds.extend(words.iter().filter_map(Value::as_str).map(|word| format!("`\"{word}\"`")));
            continue;
        }
        let types = match &alternative["type"] {
            Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
            single => single.as_str().into_iter().collect::<Vec<_>>(),
        };
        kinds.extend(types.into_iter().filter(|kind| *kind != "null").map(|kind| match kind {
            "string" if alternative.get("format").is_some_and(|format| format == FORMAT) => "time".to_owned(),
            "object" => "table".to_owned(),
            "array" => "list".to_owned(),
            "boolean" => "true or false".to_owned(),
            other => other.to_owned(),
        }));
    }
    kinds.join(", ")
}

fn text(schema: &Value, key: &str) -> String {
    schema.get(key).and_then(Value::as_str).unwrap_or_default().replace('\n', " ").replace('|', "\\|")
}
