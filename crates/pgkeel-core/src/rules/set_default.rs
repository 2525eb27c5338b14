//! Rule `set-default`: a default changes.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "set-default",
    default: off,
    severity: Info,
    topic: Clients,
    title: "A default changes",
    why: "Inserts that rely on the default write another value than before.",
    instead: "Make sure that every client knows what the new value means.",
    aliases: ["squawk:ban-set-default", "strong_migrations:change_column_default"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::SetDefault { table, column, .. } = &effect.what else { return };
    if context.is_shared(table) {
        out.at(effect.range, format!("inserts without {column} write another value from now on")).on(format!("column {table}.{column}"));
    }
}
