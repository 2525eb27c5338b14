//! Rule `wide-lock-window`: one transaction locks several tables against everything.

use crate::review::context::{Context, Out};
use crate::review::history_model::short;
use crate::sql::effect::{LockMode, locks};

rule! {
    id: "wide-lock-window",
    severity: Info,
    topic: Locking,
    title: "One transaction locks several tables against everything",
    why: "Each ACCESS EXCLUSIVE lock is kept to the end: while the second is waited for, the first table is already closed, and two transactions that take them in another order deadlock.",
    instead: "One table per migration.",
    aliases: ["eugene:E10", "pgls:avoidWideLockWindow", "pgfence:wide-lock-window", "pgls:warnWideLockWindow", "strong_migrations:add_multiple_foreign_keys"],
    check: Statement(check),
}

fn check(context: &Context<'_>, out: &mut Out<'_>) {
    if !context.progress.in_transaction {
        return;
    }
    let exclusive = |(_, mode, _): &&(String, LockMode, usize)| *mode == LockMode::AccessExclusive;
    // Said once per transaction, at the second table.
    if context.progress.held.iter().filter(exclusive).take(2).count() != 1 {
        return;
    }
    let Some((first, ..)) = context.progress.held.iter().find(exclusive) else { return };
    for effect in context.effects() {
        for (table, mode) in locks(&effect.what) {
            let key = context.model.key(&table);
            let known = context.progress.held.iter().filter(exclusive).any(|(held, ..)| *held == key);
            if mode == LockMode::AccessExclusive && context.is_shared(&table) && !known {
                let message = format!("{table} is locked against everything while {} still is", short(first));
                out.at(effect.range, message).on(format!("table {table}"));
                return;
            }
        }
    }
}
