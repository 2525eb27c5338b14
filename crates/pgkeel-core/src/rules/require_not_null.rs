//! Rule `require-not-null`: a new column that may be NULL.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Column, ConstraintKind, Constraint, Effect, What};

rule! {
    id: "require-not-null",
    default: off,
    severity: Info,
    topic: Design,
    title: "A new column that may be NULL",
    why: "NULL is one more case for every reader: conditions on it are neither true nor false, and NOT IN finds nothing.",
    instead: "NOT NULL, with a default where there is one.",
    aliases: ["pgsafe:require-not-null", "bytebase:402"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let (table, columns, constraints) = match &effect.what {
        What::CreateTable(table) => (&table.name, table.columns.iter().collect::<Vec<_>>(), table.constraints.as_slice()),
        What::AddColumn { table, column, .. } => (table, vec![&**column], &[] as &[Constraint]),
        _ => return,
    };
    let in_key = |column: &Column| {
        constraints.iter().any(|constraint| match &constraint.kind {
            ConstraintKind::PrimaryKey { columns, .. } => columns.iter().any(|name| name.last() == column.name.last()),
            _ => false,
        })
    };
    for column in columns.into_iter().filter(|column| !column.not_null && column.generated.is_none() && !in_key(column)) {
        if column.type_name.as_ref().is_none_or(|known| !known.is_serial()) {
            out.at(column.range, format!("{table}.{} may be NULL", column.name)).on(format!("column {table}.{}", column.name));
        }
    }
}
