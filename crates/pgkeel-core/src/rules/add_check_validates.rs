//! Rule `add-check-validates`: a CHECK constraint is added and validated at once.

use super::probe;
use crate::review::context::{Context, Out};
use crate::sql::effect::{ConstraintKind, Effect, What};

rule! {
    id: "add-check-validates",
    severity: Error,
    topic: Locking,
    title: "A CHECK constraint is added and validated at once",
    why: "Every row is checked under ACCESS EXCLUSIVE: no reads, no writes meanwhile. A CHECK written with ADD COLUMN is checked too, even when the column has no default.",
    instead: "ADD CONSTRAINT ... NOT VALID, then VALIDATE CONSTRAINT in another migration, which lets reads and writes go on.",
    aliases: ["squawk:constraint-missing-not-valid", "eugene:E1", "strong_migrations:add_check_constraint", "atlas:PG305", "pgfence:add-constraint-check-no-not-valid", "pgsafe:add-check-without-not-valid", "pgls:constraintMissingNotValid", "strong_migrations:change_column_constraint"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    match &effect.what {
        What::AddConstraint { table, constraint } => {
            let ConstraintKind::Check(condition) = &constraint.kind else { return };
            if !constraint.not_valid && !constraint.not_enforced && context.is_shared(table) {
                let message = format!("every row of {table} is checked while nobody can read the table");
                let hit = out.at(constraint.range, message).on(format!("table {table}"));
                let hit = hit.ask_first(Some(probe::violating(table, condition)));
                super::validating::separately(hit, context, effect, table, constraint);
            }
        }
        What::AddColumn { table, column, .. } if context.is_shared(table) => {
            for constraint in column.constraints.iter().filter(|c| matches!(c.kind, ConstraintKind::Check(_))) {
                let message = format!("a CHECK of a new column reads all of {table}: add the column first, the CHECK after it NOT VALID");
                out.at(constraint.range, message).on(format!("table {table}"));
            }
        }
        _ => {}
    }
}
