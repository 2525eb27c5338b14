//! Rule `drop-default`: a default is dropped.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "drop-default",
    severity: Warning,
    topic: Clients,
    title: "A default is dropped",
    why: "Inserts that rely on it write NULL, or fail when the column is NOT NULL.",
    instead: "Let every client write the value first.",
    aliases: ["squawk:ban-drop-default"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::DropDefault { table, column } = &effect.what else { return };
    // A default that was only there to fill the old rows of a column added in this file.
    let new = context.model.column(table, column.last()).is_some_and(|known| known.origin.file == context.index);
    if context.is_shared(table) && !new {
        out.at(effect.range, format!("inserts without {column} no longer get a value")).on(format!("column {table}.{column}"));
    }
}
