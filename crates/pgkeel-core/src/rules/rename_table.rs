//! Rule `rename-table`: a table is renamed.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, ObjectKind, What};
use super::facts::recreated_later;

rule! {
    id: "rename-table",
    severity: Error,
    topic: Clients,
    title: "A table is renamed",
    why: "Every running client that knows the old name fails at once.",
    instead: "Rename it and make an updatable view with the old name in the same transaction, or make a new table and move over.",
    aliases: ["squawk:renaming-table", "strong_migrations:rename_table", "atlas:BC101", "pgsafe:rename", "pgls:renamingTable", "pgfence:rename-table"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Rename { kind: ObjectKind::Table, name, to, .. } = &effect.what else { return };
    if context.is_shared(name) && !recreated_later(context, ObjectKind::View, name) {
        out.at(effect.range, format!("clients that use {name} fail as soon as it is called {to}")).on(format!("table {name}"));
    }
}
