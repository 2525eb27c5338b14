//! Rule `new-write-restriction`: what clients may write becomes narrower.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "new-write-restriction",
    default: off,
    severity: Warning,
    topic: Clients,
    title: "What clients may write becomes narrower",
    why: "Old clients that still write what a new constraint forbids fail.",
    instead: "Deploy clients that keep to it first.",
    aliases: ["squawk:ban-new-write-restriction"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let (table, word) = match &effect.what {
        What::AddConstraint { table, .. } => (table, "constraint"),
        What::SetNotNull { table, .. } => (table, "NOT NULL"),
        What::CreateIndex(index) if index.unique => (&index.table, "unique index"),
        _ => return,
    };
    if context.is_shared(table) {
        out.at(effect.range, format!("a new {word} on {table}: clients that break it fail from now on")).on(format!("table {table}"));
    }
}
