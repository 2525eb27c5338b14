//! Rule `set-access-method`: a table gets another access method.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "set-access-method",
    severity: Error,
    topic: Locking,
    title: "A table gets another access method",
    why: "SET ACCESS METHOD rewrites the table under ACCESS EXCLUSIVE.",
    instead: "Create a new table with the access method and move the rows in batches.",
    aliases: ["atlas:PG311", "pgsafe:set-access-method"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::SetAccessMethod { table } = &effect.what else { return };
    if context.is_shared(table) {
        out.at(effect.range, format!("SET ACCESS METHOD rewrites {table}")).on(format!("table {table}"));
    }
}
