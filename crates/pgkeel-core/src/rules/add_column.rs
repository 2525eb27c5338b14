//! Rule `add-column`: a column is added.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "add-column",
    default: off,
    severity: Info,
    topic: Clients,
    title: "A column is added",
    why: "Clients that insert without a list of columns or map rows strictly break.",
    instead: "Make clients ready for it first.",
    aliases: ["squawk:ban-add-column"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::AddColumn { table, column, .. } = &effect.what else { return };
    if context.is_shared(table) {
        out.at(column.range, format!("{table} gets the column {}", column.name)).on(format!("table {table}"));
    }
}
