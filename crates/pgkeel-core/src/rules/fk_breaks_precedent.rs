//! Rule `fk-breaks-precedent`: a column that refers in another way than every other table does.

use crate::finding::Severity;
use crate::review::context::{Context, Out};
use crate::review::history_model::Table;
use crate::sql::effect::{Column, Constraint, ConstraintKind, Effect, ForeignKey, Name, TextRange, What};
use super::naming::{referenced_by_name, squeezed};

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
    other_key(context, effect, out);
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
        let precedents = precedents(context, target, &own, &|_| true);
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

/// The columns of other tables that refer to `target` with a key for which `like` holds.
fn precedents(context: &Context<'_>, target: &Table, own: &str, like: &dyn Fn(&ForeignKey) -> bool) -> Vec<String> {
    let others = context.model.tables.values().filter(|other| other.key() != own);
    others
        .flat_map(|other| other.constraints.iter().filter_map(move |c| c.foreign_key().map(|key| (other, key))))
        .filter(|(_, key)| context.model.key(&key.table) == target.key() && like(key))
        .filter_map(|(other, key)| key.columns.first().map(|column| format!("{}.{}", other.name, column.last())))
        .collect()
}

/// A declared reference to something else than the key by which the other tables refer.
fn other_key(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let (table, constraints): (&Name, Vec<&Constraint>) = match &effect.what {
        What::CreateTable(made) => {
            (&made.name, made.columns.iter().flat_map(|column| &column.constraints).chain(&made.constraints).collect())
        }
        What::AddColumn { table, column, .. } => (table, column.constraints.iter().collect()),
        What::AddConstraint { table, constraint } => (table, vec![constraint]),
        _ => return,
    };
    let own = context.model.key(table);
    for constraint in constraints {
        let ConstraintKind::ForeignKey(foreign) = &constraint.kind else { continue };
        let ([column], [referred]) = (foreign.columns.as_slice(), foreign.referred.as_slice()) else { continue };
        let Some(target) = context.model.table(&foreign.table) else { continue };
        let key = target.primary_key();
        let [key] = key.as_slice() else { continue };
        // A column that is called as what it refers to says so: customer_code, of Customer.code.
        if *key == referred.last() || squeezed(column.last()).ends_with(&squeezed(referred.last())) {
            continue;
        }
        let by_key = |other: &ForeignKey| match other.referred.as_slice() {
            [] => true,
            [one] => one.last() == *key,
            _ => false,
        };
        let precedents = precedents(context, target, &own, &by_key);
        if precedents.len() < 2 {
            continue;
        }
        let message = format!(
            "{table}.{column} refers to {}.{referred}, but {} refer to {}.{key}",
            target.name,
            precedents.iter().take(4).cloned().collect::<Vec<_>>().join(", "),
            target.name
        );
        let stored = target.column(key).and_then(|key| key.type_name.as_ref()).map_or("key".to_owned(), ToString::to_string);
        out.at(foreign.reference, message)
            .on(format!("column {table}.{column}"))
            .help(format!("make it {} REFERENCES {}({}), as the other tables do", stored.to_uppercase(), quoted(target), crate::sql::ident::Ident(key)));
    }
}
