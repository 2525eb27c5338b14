//! Rule `set-logged-unlogged`: a table is made logged or unlogged.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "set-logged-unlogged",
    severity: Error,
    topic: Locking,
    title: "A table is made logged or unlogged",
    why: "SET LOGGED and SET UNLOGGED rewrite the table under ACCESS EXCLUSIVE; an unlogged table is emptied by a crash and is not replicated.",
    instead: "Create a new table with the persistence you want and move the rows in batches.",
    aliases: ["atlas:PG307", "pgsafe:set-logged-unlogged", "pgfence:alter-table-set-logged"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::SetLogged { table, logged } = &effect.what else { return };
    if context.is_shared(table) {
        let loss = if *logged { "" } else { ", and a crash will empty it" };
        let word = if *logged { "LOGGED" } else { "UNLOGGED" };
        out.at(effect.range, format!("SET {word} rewrites {table}{loss}")).on(format!("table {table}"));
    }
}
