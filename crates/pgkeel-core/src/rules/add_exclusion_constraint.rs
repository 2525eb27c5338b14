//! Rule `add-exclusion-constraint`: an exclusion constraint is added to an existing table.

use crate::review::context::{Context, Out};
use crate::sql::effect::{ConstraintKind, Effect, What};

rule! {
    id: "add-exclusion-constraint",
    severity: Error,
    topic: Locking,
    title: "An exclusion constraint is added to an existing table",
    why: "Its index is built under ACCESS EXCLUSIVE while every pair of rows is compared; there is no concurrent form and no NOT VALID.",
    instead: "Make the constraint with the table; for an existing one, in a maintenance window, or by way of a new table.",
    aliases: ["eugene:E8", "strong_migrations:add_exclusion_constraint", "atlas:PG109", "pgsafe:add-exclusion-constraint", "pgfence:add-constraint-exclude", "pgls:avoidAddingExclusionConstraint", "pgls:banAddExclusionConstraint"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::AddConstraint { table, constraint } = &effect.what else { return };
    if matches!(constraint.kind, ConstraintKind::Exclude { .. }) && context.is_shared(table) {
        out.at(constraint.range, format!("the rows of {table} are compared while nobody can read the table")).on(format!("table {table}"));
    }
}
