//! Rule `add-foreign-key-validates`: a foreign key is added and validated at once.

use super::probe;
use crate::review::context::{Context, Out};
use crate::sql::effect::{ConstraintKind, Effect, What};

rule! {
    id: "add-foreign-key-validates",
    severity: Error,
    topic: Locking,
    title: "A foreign key is added and validated at once",
    why: "Both tables are locked in SHARE ROW EXCLUSIVE (no writes) while every row of the referencing table is looked up.",
    instead: "ADD CONSTRAINT ... FOREIGN KEY ... NOT VALID, then VALIDATE CONSTRAINT in another migration.",
    aliases: ["squawk:adding-foreign-key-constraint", "squawk:constraint-missing-not-valid", "eugene:E1", "strong_migrations:add_foreign_key", "atlas:PG306", "pgls:addingForeignKeyConstraint", "pgfence:add-constraint-fk-no-not-valid", "pgsafe:add-fk-without-not-valid", "pgls:constraintMissingNotValid", "strong_migrations:add_reference"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    match &effect.what {
        What::AddConstraint { table, constraint } => {
            let ConstraintKind::ForeignKey(key) = &constraint.kind else { return };
            let known = context.model.table(table);
            // PostgreSQL before 18 refuses NOT VALID for a partitioned table.
            let partitioned = known.is_some_and(|table| table.partitioned);
            if constraint.not_valid || constraint.not_enforced || !context.is_shared(table) || partitioned {
                return;
            }
            let new_column = key.columns.iter().all(|column| {
                let known = context.model.column(table, column.last());
                known.is_some_and(|known| known.origin.file == context.index && known.default.is_none())
            });
            if new_column {
                return;
            }
            let message = format!("every row of {table} is looked up in {} while writers of both wait", key.table);
            let hit = out.at(constraint.range, message).on(format!("table {table}"));
            let hit = hit.ask_first(probe::orphans(table, key, context.model));
            super::validating::separately(hit, context, effect, table, constraint);
        }
        What::AddColumn { table, column, .. } if context.is_shared(table) => {
            let keys = column.constraints.iter().filter(|c| matches!(c.kind, ConstraintKind::ForeignKey(_)));
            let filled = column.default.as_ref().is_some_and(|default| !default.is_null());
            for constraint in keys.filter(|_| filled) {
                let message = format!("the new column has a default, so every row of {table} is looked up while nobody can read it");
                out.at(constraint.range, message).on(format!("table {table}"));
            }
        }
        _ => {}
    }
}
