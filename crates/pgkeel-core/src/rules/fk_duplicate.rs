//! Rule `fk-duplicate`: two foreign keys over the same columns.

use crate::review::context::{Context, Out};
use crate::review::history_model::{TableConstraint, columns_of};
use crate::sql::effect::{ConstraintKind, Effect, Name, What};

rule! {
    id: "fk-duplicate",
    severity: Warning,
    topic: Design,
    title: "Two foreign keys over the same columns",
    why: "Every write checks both.",
    instead: "Keep one.",
    aliases: ["pg-index-health:duplicated_foreign_keys"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::AddConstraint { table, constraint } = &effect.what else { return };
    let ConstraintKind::ForeignKey(key) = &constraint.kind else { return };
    let columns: Vec<&str> = key.columns.iter().map(Name::last).collect();
    let same = |old: &&TableConstraint| {
        old.foreign_key().is_some_and(|other| other.table.last() == key.table.last() && columns_of(&old.kind) == columns)
    };
    if let Some(old) = context.model.table(table).and_then(|table| table.constraints.iter().find(same)) {
        let message = format!("{} (at {}) already says this", old.name, context.place(old.origin));
        out.at(constraint.range, message).on(format!("table {table}"));
    }
}
