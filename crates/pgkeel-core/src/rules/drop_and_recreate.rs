//! Rule `drop-and-recreate`: a table is dropped and created again.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, ObjectKind, What};
use super::facts::recreated_later;

rule! {
    id: "drop-and-recreate",
    severity: Error,
    topic: DataLoss,
    title: "A table is dropped and created again",
    why: "Its rows, rights, policies, triggers, comments and foreign keys are gone; what was meant is ALTER TABLE.",
    instead: "Write the difference as ALTER TABLE.",
    aliases: ["strong_migrations:create_table", "pgls:dropAndRecreate"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Drop { kind: ObjectKind::Table, names, .. } = &effect.what else { return };
    for name in names {
        let own = context.model.made_in(&context.model.key(name), context.index);
        // What is made again from a query was computed before, and is again.
        let mut behind = context.file.made_behind(context.at, name.last());
        let filled = behind.any(|what| matches!(what, What::CreateTableAs { name: made, .. } if made.last() == name.last()));
        if !own && !filled && recreated_later(context, ObjectKind::Table, name) {
            out.at(effect.range, format!("{name} is dropped here and created again below, without its rows")).on(format!("table {name}"));
        }
    }
}
