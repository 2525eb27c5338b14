//! Rule `delete-without-where`: DELETE without a condition.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, Filter, What};

rule! {
    id: "delete-without-where",
    severity: Warning,
    topic: DataLoss,
    title: "DELETE without a condition",
    why: "Every row of the table is removed. A condition that is always true is none.",
    instead: "Say which rows, and go in batches.",
    aliases: ["pgls:banDeleteWithoutWhere", "pgfence:delete-without-where"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Delete { table, filter: Filter::None | Filter::Always } = &effect.what else { return };
    if context.is_shared(table) {
        out.at(effect.range, format!("every row of {table} is removed")).on(format!("table {table}"));
    }
}
