//! Rule `default-violates-column`: a default that cannot be stored.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Column, ConstraintKind, Effect, Expression, Name, What};
use super::facts::{contradicts_length, is_list};

rule! {
    id: "default-violates-column",
    severity: Error,
    topic: Design,
    title: "A default that cannot be stored",
    why: "CREATE TABLE and SET DEFAULT succeed; the first insert that uses the default fails, on the length (22001), the NOT NULL (23502) or the CHECK (23514).",
    instead: "Make the default fit.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    not_null(effect, out);
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
    let length_of = |column: &Column| column.type_name.as_ref().and_then(|of| context.model.length(of));
    match &effect.what {
        What::CreateTable(table) => {
            for column in &table.columns {
                let checks: Vec<&Expression> =
                    column.constraints.iter().chain(&table.constraints).filter_map(|c| condition(&c.kind)).collect();
                if let Some(default) = &column.default {
                    report(&table.name, &column.name, default, length_of(column), &checks);
                }
            }
        }
        What::AddColumn { table, column, .. } => {
            let checks: Vec<&Expression> = column.constraints.iter().filter_map(|c| condition(&c.kind)).collect();
            if let Some(default) = &column.default {
                report(table, &column.name, default, length_of(column), &checks);
            }
        }
        What::SetDefault { table, column, default } => {
            let known = context.model.table(table);
            let length = known.and_then(|table| context.model.length(table.column(column.last())?.type_name.as_ref()?));
            let checks: Vec<&Expression> =
                known.into_iter().flat_map(|table| &table.constraints).filter_map(|c| condition(&c.kind)).collect();
            report(table, column, default, length, &checks);
        }
        What::AlterColumnType { table, column, to, .. } => {
            let known = context.model.column(table, column.last());
            let default = known.and_then(|known| known.default.as_ref()?.as_string());
            let (Some(default), Some(limit)) = (default, context.model.length(to)) else { return };
            if contradicts_length(default, limit) && !gets_another(context, table, column) {
                let length = default.chars().count();
                let message = format!("the default '{default}' has {length} characters, {table}.{column} will hold {limit}");
                out.at(effect.range, message).on(format!("column {table}.{column}"));
            }
        }
        _ => {}
    }
}

/// Whether the rest of the file, or another action of the statement, says what the default is.
fn gets_another(context: &Context<'_>, table: &Name, column: &Name) -> bool {
    let rest = context.file.up().filter(|(at, _)| *at >= context.at).flat_map(|(_, statement)| &statement.reading.effects);
    rest.into_iter().any(|effect| match &effect.what {
        What::SetDefault { table: of, column: set, .. } | What::DropDefault { table: of, column: set } => {
            of.parts == table.parts && set.last() == column.last()
        }
        _ => false,
    })
}

/// `NOT NULL DEFAULT NULL`: whoever leaves the column out has to give it.
fn not_null(effect: &Effect, out: &mut Out<'_>) {
    let (table, columns) = match &effect.what {
        What::CreateTable(table) => (&table.name, table.columns.as_slice()),
        What::AddColumn { table, column, .. } => (table, std::slice::from_ref(&**column)),
        _ => return,
    };
    for column in columns.iter().filter(|column| column.not_null) {
        if let Some(default) = column.default.as_ref().filter(|default| default.is_null()) {
            let message = format!("{table}.{} is NOT NULL and its default is NULL", column.name);
            out.at(default.range, message).on(format!("column {table}.{}", column.name));
        }
    }
}

fn condition(kind: &ConstraintKind) -> Option<&Expression> {
    match kind {
        ConstraintKind::Check(condition) => Some(condition),
        _ => None,
    }
}
