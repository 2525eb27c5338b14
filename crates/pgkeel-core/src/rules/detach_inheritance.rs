//! Rule `detach-inheritance`: a table leaves its parent.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "detach-inheritance",
    default: off,
    severity: Info,
    topic: Clients,
    title: "A table leaves its parent",
    why: "Queries of the parent no longer see its rows.",
    instead: "Move the readers of the parent first.",
    aliases: ["squawk:ban-detach-inheritance"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Inherit { table, parent, add: false } = &effect.what else { return };
    if context.is_shared(table) {
        out.at(effect.range, format!("queries of {parent} no longer see the rows of {table}")).on(format!("table {table}"));
    }
}
