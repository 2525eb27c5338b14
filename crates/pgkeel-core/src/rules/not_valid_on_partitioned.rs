//! Rule `not-valid-on-partitioned`: a foreign key NOT VALID on a partitioned table.

use crate::review::context::{Context, Out};
use crate::sql::effect::{ConstraintKind, Effect, What};

rule! {
    id: "not-valid-on-partitioned",
    severity: Error,
    topic: Correctness,
    title: "A foreign key NOT VALID on a partitioned table",
    why: "PostgreSQL 17 and older refuse it (42809).",
    instead: "Add the foreign key to each partition NOT VALID and validate it, then add it to the partitioned table.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::AddConstraint { table, constraint } = &effect.what else { return };
    let foreign = matches!(constraint.kind, ConstraintKind::ForeignKey(_));
    let partitioned = context.model.table(table).is_some_and(|table| table.partitioned);
    let modern = context.settings.server_major.is_some_and(|major| major >= 18);
    if foreign && constraint.not_valid && partitioned && !modern {
        out.at(constraint.range, format!("{table} is partitioned: before PostgreSQL 18 this fails")).on(format!("table {table}"));
    }
}
