//! Rule `drop-generated`: values are no longer computed.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "drop-generated",
    severity: Warning,
    topic: DataLoss,
    title: "Values are no longer computed",
    why: "After DROP EXPRESSION new rows get no value, or fail when the column is NOT NULL.",
    instead: "Set a default in the same statement, or keep the column as it is.",
    aliases: ["squawk:ban-drop-generated-expression"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::DropGenerated { table, column, identity: false } = &effect.what else { return };
    if context.is_shared(table) {
        out.at(effect.range, format!("new rows get no value for {table}.{column}")).on(format!("column {table}.{column}"));
    }
}
