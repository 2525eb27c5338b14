//! Rule `add-column-references-lock`: a new column that refers to a table keeps its writers waiting.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, LockMode, What, locks};

rule! {
    id: "add-column-references-lock",
    default: off,
    severity: Info,
    topic: Locking,
    title: "A new column that refers to a table keeps its writers waiting",
    why: "ADD COLUMN ... REFERENCES takes SHARE ROW EXCLUSIVE on the referenced table: its writers wait until the transaction ends. Nothing is read unless the column has a default.",
    instead: "Keep the transaction short, with a lock_timeout.",
    aliases: ["squawk:adding-foreign-key-constraint"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::AddColumn { .. } = &effect.what else { return };
    for (table, mode) in locks(&effect.what) {
        if mode == LockMode::ShareRowExclusive && context.is_shared(&table) {
            out.at(table.range, format!("writes to {table} wait until this transaction ends")).on(format!("table {table}"));
        }
    }
}
