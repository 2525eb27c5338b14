//! Rule `fk-breaks-precedent`: a column that refers in another way than every other table does.

use crate::finding::Severity;
use crate::review::context::{Context, Out};
use crate::review::history_model::Table;
use crate::sql::effect::{Column, ConstraintKind, Effect, TextRange, What};
use super::naming::referenced_by_name;

rule! {
    id: "fk-breaks-precedent",
    severity: Error,
    topic: Design,
    title: "A column that refers in another way than every other table does",
    why: "Its name says that it refers to a table, and elsewhere that is done by key; here it stores something else (a code, a name), so nothing keeps it true, and every join needs a detour.",
    instead: "Use the type of the key, with REFERENCES, as the other tables do.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let (table, columns) = match &effect.what {
        What::CreateTable(table) => (&table.name, table.columns.iter().collect::<Vec<_>>()),
        What::AddColumn { table, column, .. } => (table, vec![&**column]),
        _ => return,
    };
    let own = context.model.key(table);
    for column in columns {
        let Some(type_name) = &column.type_name else { continue };
        let referring = column.constraints.iter().any(|constraint| matches!(constraint.kind, ConstraintKind::ForeignKey(_)));
        if referring || listed_key(&effect.what, column) {
            continue;
        }
        let Some((target, key)) = referenced_by_name(context.model, column.name.last(), &own) else { continue };
        let Some(key_type) = &key.type_name else { continue };
        if key_type.stored() == type_name.stored() {
            continue;
        }
        let precedents: Vec<String> = context
            .model
            .tables
            .values()
            .filter(|other| other.key() != own)
            .flat_map(|other| other.constraints.iter().filter_map(move |c| c.foreign_key().map(|key| (other, key))))
            .filter(|(_, key)| context.model.key(&key.table) == target.key())
            .filter_map(|(other, key)| key.columns.first().map(|column| format!("{}.{}", other.name, column.last())))
            .collect();
        let stored = key_type.stored();
        let message = if precedents.is_empty() {
            format!(
                "{table}.{} is {type_name}, but {}.{} (made at {}) is {key_type}: it cannot be a foreign key",
                column.name, target.name, key.name, context.made_at(target)
            )
        } else {
            format!(
                "{table}.{} is {type_name}, but {} refer{} to {}.{} by {stored} key",
                column.name,
                precedents.iter().take(4).cloned().collect::<Vec<_>>().join(", "),
                if precedents.len() == 1 { "s" } else { "" },
                target.name,
                key.name,
            )
        };
        let looks_like = target.columns.iter().find(|other| {
            other.name != key.name && other.type_name.as_ref().is_some_and(|t| t.stored() == type_name.stored() && t.modifiers == type_name.modifiers)
        });
        let value = looks_like.map(|other| format!(" It looks as if it holds {}.{}.", target.name, other.name)).unwrap_or_default();
        let action = if column.not_null { "CASCADE" } else { "SET NULL" };
        let reference = format!("{} REFERENCES {}({}) ON DELETE {action}", stored.to_uppercase(), quoted(target), crate::sql::ident::Ident(&key.name));
        let severity = if precedents.is_empty() { Severity::Warning } else { Severity::Error };
        out.at(column.name.range.to(type_name.range), message)
            .on(format!("column {table}.{}", column.name))
            .severity(severity)
            .help(format!("make it {reference}.{value}"))
            .fix("refer to the key", vec![(type_name.range, stored.to_uppercase()), (
                TextRange::new(column.range.end, column.range.end),
                format!(" REFERENCES {}({}) ON DELETE {action}", quoted(target), crate::sql::ident::Ident(&key.name)),
            )]);
    }
}

/// Whether a table constraint of the same statement makes the column a foreign key.
fn listed_key(what: &What, column: &Column) -> bool {
    let What::CreateTable(table) = what else { return false };
    table.constraints.iter().any(|constraint| match &constraint.kind {
        ConstraintKind::ForeignKey(key) => key.columns.iter().any(|name| name.last() == column.name.last()),
        _ => false,
    })
}

fn quoted(table: &Table) -> String {
    let name = crate::sql::ident::Ident(&table.name);
    if table.namespace == "public" { name.to_string() } else { crate::sql::ident::qualified(&table.namespace, &table.name) }
}
