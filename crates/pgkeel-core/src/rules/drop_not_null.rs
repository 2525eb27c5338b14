//! Rule `drop-not-null`: NOT NULL is dropped.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "drop-not-null",
    severity: Warning,
    topic: Clients,
    title: "NOT NULL is dropped",
    why: "Clients that read the column do not expect NULL.",
    instead: "Make readers ready for NULL first.",
    aliases: ["squawk:ban-drop-not-null", "pgsafe:drop-not-null", "pgls:banDropNotNull", "pgfence:drop-not-null"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::DropNotNull { table, column } = &effect.what else { return };
    if context.is_shared(table) {
        out.at(effect.range, format!("readers of {table}.{column} may meet NULL from now on")).on(format!("column {table}.{column}"));
    }
}
