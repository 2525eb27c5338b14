//! Rule `fk-cascade-introduced`: a delete now reaches further.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Action, ConstraintKind, Effect, What};

rule! {
    id: "fk-cascade-introduced",
    severity: Info,
    topic: DataLoss,
    title: "A delete now reaches further",
    why: "ON DELETE CASCADE on an existing table removes rows of it whenever the referenced row is deleted.",
    instead: "RESTRICT or NO ACTION where the rows are worth keeping.",
    aliases: ["bytebase:213"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::AddConstraint { table, constraint } = &effect.what else { return };
    if let ConstraintKind::ForeignKey(key) = &constraint.kind
        && key.on_delete == Some(Action::Cascade)
        && context.is_shared(table)
    {
        out.at(constraint.range, format!("deleting a row of {} now deletes rows of {table}", key.table)).on(format!("table {table}"));
    }
}
