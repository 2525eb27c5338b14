//! Rule `rename-column`: a column is renamed.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, ObjectKind, What};

rule! {
    id: "rename-column",
    severity: Error,
    topic: Clients,
    title: "A column is renamed",
    why: "Every running client that knows the old name fails at once; string bodies of functions keep the old name and break when they next run.",
    instead: "Add the new column, write both, move readers, drop the old one.",
    aliases: ["squawk:renaming-column", "strong_migrations:rename_column", "atlas:BC102", "pgsafe:rename", "pgls:renamingColumn", "pgfence:rename-column"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Rename { kind: ObjectKind::Column, on: Some(table), name, to } = &effect.what else { return };
    if context.is_shared(table) {
        out.at(effect.range, format!("clients that use {table}.{name} fail as soon as it is called {to}")).on(format!("column {table}.{name}"));
    }
}
