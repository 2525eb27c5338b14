//! Rule `check-literal-too-long`: a CHECK allows a value that does not fit into the column.

use crate::review::context::{Context, Out};
use crate::sql::effect::{ConstraintKind, Effect, Expression, Name, What};
use super::facts::contradicts_length;

rule! {
    id: "check-literal-too-long",
    severity: Error,
    topic: Design,
    title: "A CHECK allows a value that does not fit into the column",
    why: "The value can never be stored: the insert fails on the length (22001) before the CHECK is asked.",
    instead: "Make the column long enough for the longest value.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let mut report = |table: &Name, condition: &Expression, length: &dyn Fn(&Name) -> Option<i64>| {
        for (value, range) in &condition.strings {
            let Some((_, column)) = condition.equated.iter().find(|(equated, _)| equated == range) else { continue };
            if let Some(limit) = length(column).filter(|limit| contradicts_length(value, *limit)) {
                let message = format!("'{value}' has {} characters, {table}.{column} holds {limit}", value.chars().count());
                out.at(*range, message).on(format!("column {table}.{column}"));
            }
        }
    };
    match &effect.what {
        What::CreateTable(table) => {
            let length = |name: &Name| {
                let column = table.columns.iter().find(|column| column.name.last() == name.last())?;
                context.model.length(column.type_name.as_ref()?)
            };
            for constraint in table.columns.iter().flat_map(|c| &c.constraints).chain(&table.constraints) {
                if let ConstraintKind::Check(condition) = &constraint.kind {
                    report(&table.name, condition, &length);
                }
            }
        }
        What::AddColumn { table, column, .. } => {
            let length = |_: &Name| context.model.length(column.type_name.as_ref()?);
            for constraint in &column.constraints {
                if let ConstraintKind::Check(condition) = &constraint.kind {
                    report(table, condition, &length);
                }
            }
        }
        What::AddConstraint { table, constraint } => {
            let length = |name: &Name| context.model.length(context.model.column(table, name.last())?.type_name.as_ref()?);
            if let ConstraintKind::Check(condition) = &constraint.kind {
                report(table, condition, &length);
            }
        }
        What::AlterColumnType { table, column, to, .. } => {
            let Some(limit) = context.model.length(to) else { return };
            let known = context.model.table(table).into_iter().flat_map(|table| &table.constraints);
            for constraint in known.filter(|constraint| !given_up(context, table, &constraint.name)) {
                let ConstraintKind::Check(condition) = &constraint.kind else { continue };
                let allowed = condition.equated.iter().filter(|(_, of)| of.last() == column.last());
                let values = allowed.filter_map(|(place, _)| condition.strings.iter().find(|(_, range)| range == place));
                for (value, _) in values.filter(|(value, _)| contradicts_length(value, limit)) {
                    let by = format!("{} ({})", constraint.name, context.place(constraint.origin));
                    let message = format!("'{value}', which {by} allows, has {} characters: {table}.{column} will hold {limit}", value.chars().count());
                    out.at(effect.range, message).on(format!("column {table}.{column}"));
                }
            }
        }
        _ => {}
    }
}

/// Whether the rest of the file, or another action of the statement, drops the constraint.
fn given_up(context: &Context<'_>, table: &Name, name: &str) -> bool {
    let rest = context.file.up().filter(|(at, _)| *at >= context.at).flat_map(|(_, statement)| &statement.reading.effects);
    rest.into_iter().any(|effect| match &effect.what {
        What::DropConstraint { table: of, constraint, .. } => of.parts == table.parts && constraint.last() == name,
        _ => false,
    })
}
