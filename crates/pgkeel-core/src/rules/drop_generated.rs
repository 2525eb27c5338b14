//! Rule `drop-generated`: values are no longer produced.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "drop-generated",
    severity: Warning,
    topic: DataLoss,
    title: "Values are no longer produced",
    why: "After DROP EXPRESSION or DROP IDENTITY new rows get no value, or fail when the column is NOT NULL.",
    instead: "Set a default in the same statement, or keep the column as it is.",
    aliases: ["squawk:ban-drop-generated-expression", "squawk:ban-alter-identity", "squawk:ban-alter-generated-expression"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    match &effect.what {
        What::DropGenerated { table, column } if context.is_shared(table) => {
            out.at(effect.range, format!("new rows get no value for {table}.{column}")).on(format!("column {table}.{column}"));
        }
        What::ChangeGenerated { table, column } if context.is_shared(table) => {
            let message = format!("the way in which {table}.{column} is produced changes under running writers");
            out.at(effect.range, message).on(format!("column {table}.{column}"));
        }
        _ => {}
    }
}
