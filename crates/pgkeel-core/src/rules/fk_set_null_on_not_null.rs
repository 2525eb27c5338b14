//! Rule `fk-set-null-on-not-null`: ON DELETE SET NULL of a column that is NOT NULL.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Action, Constraint, ConstraintKind, Effect, ForeignKey, Name, What};

rule! {
    id: "fk-set-null-on-not-null",
    severity: Error,
    topic: Design,
    title: "ON DELETE SET NULL of a column that is NOT NULL",
    why: "Every delete of a referenced row fails (23502).",
    instead: "ON DELETE CASCADE or RESTRICT, or let the column be NULL.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let mut report = |table: &Name, key: &ForeignKey, not_null: &dyn Fn(&Name) -> bool| {
        if key.on_delete != Some(Action::SetNull) {
            return;
        }
        for column in key.columns.iter().filter(|column| not_null(column)) {
            let message = format!("{table}.{column} is NOT NULL, so deleting a row of {} always fails", key.table);
            out.at(key.reference, message).on(format!("column {table}.{column}"));
        }
    };
    let key_of = |constraint: &Constraint| match &constraint.kind {
        ConstraintKind::ForeignKey(key) => Some(key.clone()),
        _ => None,
    };
    match &effect.what {
        What::CreateTable(table) => {
            let not_null = |name: &Name| table.columns.iter().any(|column| column.name.last() == name.last() && column.not_null);
            for key in table.columns.iter().flat_map(|c| &c.constraints).chain(&table.constraints).filter_map(key_of) {
                report(&table.name, &key, &not_null);
            }
        }
        What::AddColumn { table, column, .. } => {
            for key in column.constraints.iter().filter_map(key_of) {
                report(table, &key, &|_| column.not_null);
            }
        }
        What::AddConstraint { table, constraint } => {
            let not_null = |name: &Name| context.model.column(table, name.last()).is_some_and(|column| column.not_null);
            if let Some(key) = key_of(constraint) {
                report(table, &key, &not_null);
            }
        }
        _ => {}
    }
}
