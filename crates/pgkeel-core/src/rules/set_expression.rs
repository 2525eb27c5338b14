//! Rule `set-expression`: the expression of a generated column is replaced.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, GeneratedChange, What};

rule! {
    id: "set-expression",
    severity: Error,
    topic: Locking,
    title: "The expression of a generated column is replaced",
    why: "SET EXPRESSION computes every row anew: the table and its indexes are rewritten under ACCESS EXCLUSIVE, and readers meet other values than before.",
    instead: "Add a new column with the new expression kept by a trigger, fill it in batches, and let readers move to it.",
    aliases: ["squawk:ban-alter-generated-expression"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::ChangeGenerated { table, column, how: GeneratedChange::Expression } = &effect.what else { return };
    if context.is_shared(table) {
        let message = format!("{table} is rewritten to compute {column} anew, while nobody can read it");
        out.at(effect.range, message).on(format!("column {table}.{column}"));
    }
}
