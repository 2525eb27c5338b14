//! Rule `update-in-ddl-migration`: many rows are changed in the transaction of a schema change.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "update-in-ddl-migration",
    severity: Warning,
    topic: Locking,
    title: "Many rows are changed in the transaction of a schema change",
    why: "A backfill next to DDL keeps the DDL lock for as long as the backfill runs, and locks the rows itself.",
    instead: "Put the backfill into a migration of its own with transaction=off, in batches.",
    aliases: ["pgfence:update-in-migration", "strong_migrations:backfill"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let (What::Update { table, .. } | What::Delete { table, .. }) = &effect.what else { return };
    let key = context.model.key(table);
    let altered = context.progress.held.iter().any(|(held, mode, _)| *held == key && mode.blocks_writes());
    if altered && context.progress.in_transaction && context.is_shared(table) {
        let message = format!("{table} stays locked by the schema change before while these rows are changed");
        out.at(effect.range, message).on(format!("table {table}"));
    }
}
