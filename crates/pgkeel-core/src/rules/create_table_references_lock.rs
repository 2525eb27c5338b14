//! Rule `create-table-references-lock`: a new table with a foreign key locks the table it refers to.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, LockMode, What, locks};

rule! {
    id: "create-table-references-lock",
    default: off,
    severity: Info,
    topic: Locking,
    title: "A new table with a foreign key locks the table it refers to",
    why: "The new table is unknown to anyone, but the referenced one is locked in SHARE ROW EXCLUSIVE: its writers wait until the transaction ends.",
    instead: "Keep the transaction short; set a lock_timeout (pgkeel does).",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::CreateTable(_) = &effect.what else { return };
    for (table, mode) in locks(&effect.what) {
        if mode == LockMode::ShareRowExclusive && context.is_shared(&table) {
            out.at(table.range, format!("writes to {table} wait until this transaction ends")).on(format!("table {table}"));
        }
    }
}
