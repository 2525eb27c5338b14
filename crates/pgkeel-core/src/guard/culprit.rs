//! Findings about a live schema joined with what the guard recorded: who did it, when, with which statement.

use std::str::FromStr as _;

use serde_json::Value;

use super::Recorded;
use crate::finding::Finding;
use crate::object::Kind;
use crate::schema::Id;

/// Adds to each finding about an object the newest recorded DDL that explains it. `records` are in their order.
#[must_use]
pub fn name_culprits(mut findings: Vec<Finding>, records: &[Recorded]) -> Vec<Finding> {
    for finding in &mut findings {
        if let Some(record) = finding.object.as_deref().and_then(|object| culprit_of(object, records)) {
            let told = format!("changed outside pgkeel: {}", record.told());
            finding.help = Some(match finding.help.take().filter(|help| !help.is_empty()) {
                Some(help) => format!("{told}\n{help}"),
                None => told,
            });
        }
    }
    findings
}

/// The newest recorded DDL that explains a finding about `object`, as findings name it: `column public.users.name`.
pub fn culprit_of<'r>(object: &str, records: &'r [Recorded]) -> Option<&'r Recorded> {
    Id::from_str(object).ok().and_then(|id| culprit(&id, records))
}

/// The newest record about the object itself, else one that changed it as a part of its table, else one that names no
/// object but whose statement does (GRANT, REVOKE).
fn culprit<'r>(id: &Id, records: &'r [Recorded]) -> Option<&'r Recorded> {
    let newest = |fits: &dyn Fn(&Recorded) -> bool| records.iter().rev().find(|record| fits(record));
    newest(&|record| is_about(id, record) && changes(record))
        .or_else(|| newest(&|record| changed_in_its_table(id, record)))
        .or_else(|| newest(&|record| record.name.is_none() && mentions(record, id)))
        .or_else(|| newest(&|record| is_about(id, record)))
}

/// Whether anything of the object is another after it. What is only known by name is taken to be changed.
fn changes(record: &Recorded) -> bool {
    record.before.is_none() || record.before != record.after
}

fn is_about(id: &Id, record: &Recorded) -> bool {
    let Some(kind) = record.kind.as_deref() else { return false };
    let Some(parts) = &record.parts else { return false };
    let kinds: &[Kind] = match kind {
        "schema" => &[Kind::Namespace],
        "table" | "foreign table" => &[Kind::Table],
        "table column" | "foreign table column" => &[Kind::Column, Kind::Default],
        "table constraint" => &[Kind::Constraint, Kind::ForeignKey],
        "default value" => &[Kind::Default],
        "type" => &[Kind::Enum, Kind::Domain, Kind::Composite, Kind::Range, Kind::BaseType],
        "procedure" | "function" => &[Kind::Function],
        "text search configuration" => &[Kind::TextSearchConfiguration],
        other => {
            return Kind::ALL.iter().any(|kind| kind.word() == other && *kind == id.kind)
                && same_name(id, parts, record);
        }
    };
    kinds.contains(&id.kind) && same_name(id, parts, record)
}

/// Types are addressed by one text, `public.mood`; everything else by the parts of its name.
fn same_name(id: &Id, parts: &[String], record: &Recorded) -> bool {
    let names = id.parts.len() - usize::from(id.kind.has_arguments());
    let own = id.parts.get(..names).unwrap_or_default();
    own == parts
        || record
            .name
            .as_deref()
            .and_then(|name| Id::from_str(&format!("{} {name}", id.kind.word())).ok())
            .is_some_and(|named| named == *id)
        || was_named(id, record)
}

/// A renamed object is also found by its old name.
fn was_named(id: &Id, record: &Recorded) -> bool {
    let name = record.before.as_ref().and_then(|before| before.get("name")).and_then(Value::as_str);
    name.and_then(|name| Id::from_str(&format!("{} {name}", id.kind.word())).ok())
        .is_some_and(|old| old == *id)
}

/// A column, default or constraint that is not the same in its table's definitions before and after.
fn changed_in_its_table(id: &Id, record: &Recorded) -> bool {
    let place = match id.kind {
        Kind::Column | Kind::Default => "columns",
        Kind::Constraint | Kind::ForeignKey => "constraints",
        _ => return false,
    };
    let [namespace, table, part] = id.parts.as_ref() else { return false };
    let of_table = record
        .parts
        .as_ref()
        .is_some_and(|parts| parts.first() == Some(namespace) && parts.get(1) == Some(table))
        || was_named(&Id::new(Kind::Table, [namespace, table]), record);
    if !of_table {
        return false;
    }
    let within = |definition: &Option<Value>| {
        definition.as_ref().and_then(|whole| whole.get(place)).and_then(|all| all.get(part)).cloned()
    };
    within(&record.before) != within(&record.after)
}

fn mentions(record: &Recorded, id: &Id) -> bool {
    let name = match id.kind {
        Kind::Column => id.parts.get(1),
        _ if id.kind.has_arguments() => id.parts.get(id.parts.len().saturating_sub(2)),
        _ => id.parts.last(),
    };
    let Some(name) = name else { return false };
    let text = record.statement.as_deref().unwrap_or_default().to_lowercase();
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Finding, Recorded, name_culprits};
    use crate::finding::Severity;

    fn record(id: i64, kind: &str, parts: &[&str]) -> Recorded {
        Recorded {
            id,
            at: "2026-01-01T00:00:00Z".into(),
            transaction: id.to_string(),
            role: "alice".into(),
            login: "alice".into(),
            application: Some("psql".into()),
            client: None,
            command: "ALTER TABLE".into(),
            statement: Some(format!("statement {id}")),
            kind: Some(kind.into()),
            name: Some(parts.join(".")),
            parts: Some(parts.iter().map(|part| (*part).to_owned()).collect()),
            class: None,
            object: None,
            before: None,
            after: None,
        }
    }

    fn told(object: &str, records: &[Recorded]) -> String {
        let finding = Finding::new("object-differs", Severity::Error, "x").on(object);
        name_culprits(vec![finding], records).remove(0).help.unwrap_or_default()
    }

    #[test]
    fn a_column_is_found_in_what_its_table_was_before_and_after() {
        let mut first = record(1, "table", &["public", "users"]);
        first.before = Some(json!({ "name": "public.users", "columns": { "a": { "type": "text" } } }));
        first.after = Some(
            json!({ "name": "public.users", "columns": { "a": { "type": "text" }, "b": { "type": "text" } } }),
        );
        let mut second = record(2, "table", &["public", "users"]);
        second.before.clone_from(&first.after);
        second.after = Some(
            json!({ "name": "public.users", "columns": { "a": { "type": "integer" }, "b": { "type": "text" } } }),
        );
        let records = [first, second];
        assert!(told("column public.users.b", &records).contains("statement 1"));
        assert!(told("column public.users.a", &records).contains("statement 2"));
        assert!(told("table public.users", &records).contains("statement 2"));
        assert_eq!(told("column public.orders.a", &records), "");
    }

    #[test]
    fn types_routines_and_grants_are_found_by_their_names() {
        let mut mood = record(1, "type", &["public.mood"]);
        mood.name = Some("public.mood".into());
        let mut grant = record(2, "table", &[]);
        (grant.name, grant.parts) = (None, None);
        grant.statement = Some("GRANT SELECT ON orders TO bob".into());
        let mut routine = record(3, "function", &["public", "f"]);
        routine.name = Some("public.f(integer)".into());
        let records = [mood, grant, routine];
        assert!(told("enum public.mood", &records).contains("statement 1"));
        assert!(told("function public.f(integer)", &records).contains("statement 3"));
        assert!(told("table public.orders", &records).contains("GRANT"));
        assert_eq!(told("table public.order", &records), "");
    }
}
