//! Rule `insert-without-columns`: INSERT without a list of columns.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "insert-without-columns",
    severity: Warning,
    topic: Clients,
    title: "INSERT without a list of columns",
    why: "It depends on the order and number of the columns: the next ADD COLUMN changes what it means or makes it fail.",
    instead: "Name the columns.",
    aliases: ["bytebase:1107"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Insert { table, columns: None, rows, .. } = &effect.what else { return };
    if *rows > 0 {
        out.at(effect.range, format!("the values go into whatever columns {table} has, in their order")).on(format!("table {table}"));
    }
}
