//! Rule `update-without-where`: UPDATE without a condition.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, Filter, What};

rule! {
    id: "update-without-where",
    severity: Warning,
    topic: DataLoss,
    title: "UPDATE without a condition",
    why: "Every row of the table is changed, each locked until the transaction ends. A condition that is always true is none.",
    instead: "Say which rows, and go in batches.",
    aliases: ["pgls:banUpdateWithoutWhere", "pgfence:update-without-where"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Update { table, filter: Filter::None | Filter::Always } = &effect.what else { return };
    if context.is_shared(table) {
        out.at(effect.range, format!("every row of {table} is changed")).on(format!("table {table}"));
    }
}
