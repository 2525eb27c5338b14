//! Rule `default-violates-column`: a default that cannot be stored.

use crate::review::context::{Context, Out};
use crate::sql::effect::{ConstraintKind, Effect, Expression, Name, TypeName, What};
use super::facts::contradicts_length;

rule! {
    id: "default-violates-column",
    severity: Error,
    topic: Design,
    title: "A default that cannot be stored",
    why: "CREATE TABLE and SET DEFAULT succeed; the first insert that uses the default fails, on the length (22001) or on the CHECK (23514).",
    instead: "Make the default fit.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let mut report = |table: &Name, column: &Name, default: &Expression, length: Option<i64>, checks: &[&Expression]| {
        let Some(value) = default.as_string() else { return };
        if let Some(limit) = length.filter(|limit| contradicts_length(value, *limit)) {
            let message = format!("the default '{value}' has {} characters, {table}.{column} holds {limit}", value.chars().count());
            out.at(default.range, message).on(format!("column {table}.{column}"));
        }
        for condition in checks.iter().filter(|condition| is_list(condition, column)) {
            if condition.strings.iter().all(|(allowed, _)| allowed != value) {
                let message = format!("the default '{value}' is not among the values that a CHECK of {table}.{column} allows");
                out.at(default.range, message).on(format!("column {table}.{column}"));
            }
        }
    };
    match &effect.what {
        What::CreateTable(table) => {
            for column in &table.columns {
                let checks: Vec<&Expression> =
                    column.constraints.iter().chain(&table.constraints).filter_map(|c| condition(&c.kind)).collect();
                if let Some(default) = &column.default {
                    report(&table.name, &column.name, default, column.type_name.as_ref().and_then(TypeName::length), &checks);
                }
            }
        }
        What::AddColumn { table, column, .. } => {
            let checks: Vec<&Expression> = column.constraints.iter().filter_map(|c| condition(&c.kind)).collect();
            if let Some(default) = &column.default {
                report(table, &column.name, default, column.type_name.as_ref().and_then(TypeName::length), &checks);
            }
        }
        What::SetDefault { table, column, default } => {
            let known = context.model.table(table);
            let length = known.and_then(|table| table.column(column.last())?.type_name.as_ref()?.length());
            let checks: Vec<&Expression> =
                known.into_iter().flat_map(|table| &table.constraints).filter_map(|c| condition(&c.kind)).collect();
            report(table, column, default, length, &checks);
        }
        _ => {}
    }
}

fn condition(kind: &ConstraintKind) -> Option<&Expression> {
    match kind {
        ConstraintKind::Check(condition) => Some(condition),
        _ => None,
    }
}

/// A condition that is nothing but a list of values for this column: `col IN ('a', 'b')`.
fn is_list(condition: &Expression, column: &Name) -> bool {
    let text = condition.text.to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '"').filter(|w| !w.is_empty()).collect();
    condition.columns.len() == 1
        && condition.columns.iter().all(|name| name.last() == column.last())
        && condition.calls.is_empty()
        && !condition.strings.is_empty()
        && words.get(1) == Some(&"in")
        && !["not", "or", "and", "is"].iter().any(|word| words.contains(word))
}
