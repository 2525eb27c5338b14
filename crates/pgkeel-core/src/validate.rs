//! The live schema against what is expected of it: what is missing, what is there unasked, what differs.

use serde_json::Value;

use crate::finding::{Finding, Severity};
use crate::object::Kind;
use crate::schema::{Attributes, Id, Object, Schema};

pub mod contract;
mod definition;
pub mod ignore;
mod type_name;

pub use ignore::Ignored;

/// Compares `live` with `expected`. What `ignored` names is no finding.
pub fn compare(expected: &Schema, live: &Schema, ignored: &Ignored) -> Vec<Finding> {
    let mut findings = Vec::new();
    for id in crate::diff::diff(expected, live).into_keys() {
        if ignored.holds(&id) || part_of_another(&id, expected, live) {
            continue;
        }
        match (expected.objects.get(&id), live.objects.get(&id)) {
            (Some(_), None) => findings.push(missing(&id, expected)),
            (None, Some(_)) => findings.push(unexpected(&id, live)),
            (Some(expected), Some(live)) => findings.extend(differs(&id, expected, live)),
            (None, None) => {}
        }
    }
    findings.sort_by(|a, b| (b.severity, &a.object).cmp(&(a.severity, &b.object)));
    findings
}

/// A column of a missing table is not one more finding, nor is anything else that stands or falls with another.
pub fn part_of_another(id: &Id, expected: &Schema, live: &Schema) -> bool {
    let whole = |schema: &Schema| schema.objects.get(id).map(|object| object.body.parents(schema));
    let parents = whole(expected).or_else(|| whole(live)).unwrap_or_default();
    let gone = |parent: &Id| expected.has(parent) != live.has(parent);
    parents.iter().take(1).any(gone)
}

fn missing(id: &Id, expected: &Schema) -> Finding {
    let severity = match id.kind {
        Kind::Table
        | Kind::Column
        | Kind::View
        | Kind::MaterializedView
        | Kind::Function
        | Kind::Extension => Severity::Critical,
        _ => Severity::Error,
    };
    Finding::new("object-missing", severity, format!("{id} is missing"))
        .on(id.to_string())
        .help(format!("expected: {}; found: nothing", definition::of(id, expected)))
}

fn unexpected(id: &Id, live: &Schema) -> Finding {
    Finding::new("object-unexpected", Severity::Warning, format!("{id} exists, and no migration makes it"))
        .on(id.to_string())
        .help(format!(
            "expected: nothing; found: {}\nput it into a migration, drop it, or name it in [expect] ignore with who owns it",
            definition::of(id, live)
        ))
}

fn differs(id: &Id, expected: &Object, live: &Object) -> Vec<Finding> {
    let mut found = fields(&value(&expected.body), &value(&live.body));
    found.extend(attributes("", &expected.attributes, &live.attributes));
    for (column, attributes_expected) in &expected.columns {
        let none = Attributes::default();
        let prefix = format!("column {column} ");
        found.extend(attributes(&prefix, attributes_expected, live.columns.get(column).unwrap_or(&none)));
    }
    if found.is_empty() {
        found.push(Difference {
            what: "definition".into(),
            expected: "as the migrations make it".into(),
            found: "another".into(),
        });
    }
    found
        .into_iter()
        .map(|difference| {
            let Difference { what, expected, found } = difference;
            let message = format!("{id}: {what} differs: expected {expected}, found {found}");
            Finding::new("object-differs", Severity::Error, message)
                .on(id.to_string())
                .help("`pgkeel diff DATABASE MIGRATIONS` prints the SQL that levels it")
        })
        .collect()
}

struct Difference {
    what: String,
    expected: String,
    found: String,
}

/// A body as JSON: its fields are those of the catalog query, so every kind is compared without being named here.
fn value(body: &crate::object::Body) -> Value {
    serde_json::to_value(body).unwrap_or(Value::Null)
}

/// The fields that differ. Bodies are one-key objects: the kind, and in it the fields.
fn fields(expected: &Value, live: &Value) -> Vec<Difference> {
    let inner = |value: &Value| match value {
        Value::Object(map) if map.len() == 1 => map.values().next().cloned().unwrap_or(Value::Null),
        other => other.clone(),
    };
    let (Value::Object(expected), Value::Object(live)) = (inner(expected), inner(live)) else {
        return Vec::new();
    };
    let names: std::collections::BTreeSet<&String> = expected.keys().chain(live.keys()).collect();
    // A flag that is as usual is left out of the JSON.
    let shown = |name: &str, value: Option<&Value>, other: Option<&Value>| match value {
        None | Some(Value::Null) => match other {
            Some(Value::Bool(other)) => (!other).to_string(),
            _ => "none".to_owned(),
        },
        Some(Value::String(text)) if name == "enabled" => when_it_fires(text).to_owned(),
        Some(Value::String(text)) => shorten(text),
        Some(other) => shorten(&other.to_string()),
    };
    names
        .into_iter()
        .filter(|name| {
            let differs = |name: &str| expected.get(name) != live.get(name);
            match name.as_str() {
                "position" | "name" | "table" => false,
                // What the version says already.
                "default_version" => differs("default_version") && !differs("version"),
                name => differs(name),
            }
        })
        .map(|name| {
            let (is_expected, is_live) = (expected.get(name), live.get(name));
            Difference {
                what: name.replace('_', " "),
                expected: shown(name, is_expected, is_live),
                found: shown(name, is_live, is_expected),
            }
        })
        .collect()
}

/// The letters of `pg_trigger.tgenabled`, `pg_event_trigger.evtenabled` and `pg_rewrite.ev_enabled`.
fn when_it_fires(letter: &str) -> &str {
    match letter {
        "O" => "yes",
        "D" => "no",
        "R" => "on replicas only",
        "A" => "always",
        other => other,
    }
}

fn attributes(prefix: &str, expected: &Attributes, live: &Attributes) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut add = |what: &str, expected: String, live: String| {
        if expected != live {
            found.push(Difference { what: format!("{prefix}{what}"), expected, found: live });
        }
    };
    let or_none = |text: &Option<String>| text.clone().map_or("none".to_owned(), |text| shorten(&text));
    if expected.owner.is_some() && live.owner.is_some() {
        add("owner", or_none(&expected.owner), or_none(&live.owner));
    }
    add("comment", or_none(&expected.comment), or_none(&live.comment));
    let grants = |attributes: &Attributes| {
        let mut all: Vec<String> = attributes
            .granted
            .iter()
            .map(|grant| format!("+{:?} {}", grant.grantee, grant.privilege))
            .chain(attributes.revoked.iter().map(|grant| format!("-{:?} {}", grant.grantee, grant.privilege)))
            .collect();
        all.sort();
        if all.is_empty() { "by default".to_owned() } else { all.join(", ") }
    };
    add("privileges", grants(expected), grants(live));
    found
}

fn shorten(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= 120 { line } else { line.chars().take(117).collect::<String>() + "..." }
}
