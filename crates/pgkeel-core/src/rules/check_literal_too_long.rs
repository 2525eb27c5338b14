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
        let Some(column) = condition.columns.first() else { return };
        let one = condition.columns.iter().all(|other| other.last() == column.last());
        let Some(limit) = length(column).filter(|_| one && condition.calls.is_empty()) else { return };
        for (value, range) in condition.strings.iter().filter(|(_, range)| condition.equated.contains(range)) {
            if contradicts_length(value, limit) {
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
        _ => {}
    }
}
