//! Statements that would change the tables in which pgkeel keeps its history: they are told before anything runs. What a
//! function or a text put together does is refused by the tables themselves.

use super::needs::Place;
use crate::migration::Part;
use crate::sql::effect::{Effect, Name, ObjectKind, Origin, What, fold};

/// The tables of a history.
const TABLES: [&str; 10] = [
    "about",
    "audit",
    "guard_log",
    "guard_settings",
    "guard_state",
    "journal",
    "kept",
    "migrations",
    "performance",
    "snapshots",
];

/// A statement that would change the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touch {
    /// What it would change: `table pgkeel.migrations`, `namespace pgkeel`.
    pub object: String,
    /// Where it stands.
    pub place: Place,
}

/// The statements that would change the history in `namespace`, in their order.
pub fn touched(parts: &[&Part], namespace: &str) -> Vec<Touch> {
    let mut touches = Vec::new();
    for part in parts {
        // Whether an unqualified name is looked for there first.
        let mut first = false;
        for statement in part.in_memory() {
            for effect in &statement.reading().effects {
                if effect.origin == Origin::Function {
                    continue;
                }
                if let Some(path) = search_path(&effect.what) {
                    first =
                        path.iter().find(|name| *name != "pg_catalog").is_some_and(|name| name == namespace);
                    continue;
                }
                let Some(object) = object(effect, namespace, first) else { continue };
                let before = statement.text.get(..effect.range.start).unwrap_or_default();
                let line = statement.position.after(before).line;
                touches.push(Touch { object, place: Place { file: part.file.clone(), line } });
            }
        }
    }
    touches
}

/// The namespaces of a search path that a statement sets; none of them for the default.
fn search_path(what: &What) -> Option<Vec<String>> {
    match what {
        What::Set { name, value, .. } if name.eq_ignore_ascii_case("search_path") => {
            let names = value.split(',').map(|name| {
                let name = name.trim();
                let inner = name.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
                inner.map_or_else(|| fold(name), str::to_owned)
            });
            Some(names.collect())
        }
        What::Reset { name } if name.as_ref().is_none_or(|name| name.eq_ignore_ascii_case("search_path")) => {
            Some(Vec::new())
        }
        _ => None,
    }
}

/// What of the history an effect changes.
fn object(effect: &Effect, namespace: &str, first: bool) -> Option<String> {
    let is_table = |name: &&Name| {
        TABLES.contains(&name.last()) && name.namespace().map_or(first, |qualifier| qualifier == namespace)
    };
    if let Some(name) = relations(&effect.what).into_iter().find(is_table) {
        return Some(format!("table {namespace}.{}", name.last()));
    }
    let is_namespace = |name: &&Name| name.last() == namespace;
    namespaces(&effect.what).into_iter().find(is_namespace).map(|name| format!("namespace {}", name.last()))
}

/// The tables that an effect changes, or of which it changes rows.
fn relations(what: &What) -> Vec<&Name> {
    match what {
        What::Truncate { tables, .. } => tables.iter().collect(),
        What::Drop { names, on, .. } => names.iter().chain(on).collect(),
        What::Rename { on, name, .. } => on.iter().chain([name]).collect(),
        What::Copy { table: Some(table), from_stdin: true, .. }
        | What::Insert { table, .. }
        | What::Update { table, .. }
        | What::Delete { table, .. }
        | What::Merge { table }
        | What::AddColumn { table, .. }
        | What::DropColumn { table, .. }
        | What::AlterColumnType { table, .. }
        | What::SetDefault { table, .. }
        | What::DropDefault { table, .. }
        | What::SetNotNull { table, .. }
        | What::DropNotNull { table, .. }
        | What::DropGenerated { table, .. }
        | What::ChangeGenerated { table, .. }
        | What::ColumnOption { table, .. }
        | What::AddConstraint { table, .. }
        | What::DropConstraint { table, .. }
        | What::AlterConstraint { table, .. }
        | What::RowSecurity { table, .. }
        | What::ToggleTrigger { table, .. }
        | What::ToggleRule { table, .. }
        | What::CreateRule { table, .. }
        | What::Inherit { table, .. }
        | What::SetLogged { table, .. }
        | What::AlterTableOther { table }
        | What::AttachPartition { partition: table, .. }
        | What::SetNamespace { name: table, .. }
        | What::OwnerTo { name: Some(table), .. } => vec![table],
        What::CreateTrigger(trigger) => vec![&trigger.table],
        What::CreatePolicy(policy) | What::AlterPolicy(policy) => vec![&policy.table],
        _ => Vec::new(),
    }
}

/// The namespaces that an effect drops or gives another name.
fn namespaces(what: &What) -> Vec<&Name> {
    match what {
        What::Drop { kind: ObjectKind::Namespace, names, .. } => names.iter().collect(),
        What::Rename { kind: ObjectKind::Namespace, name, .. }
        | What::OwnerTo { kind: ObjectKind::Namespace, name: Some(name) } => vec![name],
        _ => Vec::new(),
    }
}
