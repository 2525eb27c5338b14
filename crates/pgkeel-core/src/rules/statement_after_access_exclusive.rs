//! Rule `statement-after-access-exclusive`: slow work while a table is locked against everything.

use crate::review::context::{Context, Out};
use crate::review::history_model::short;
use crate::sql::effect::{LockMode, Name, What};
use super::facts::scanning;

rule! {
    id: "statement-after-access-exclusive",
    severity: Warning,
    topic: Locking,
    title: "Slow work while a table is locked against everything",
    why: "Locks are kept to the end of the transaction. A scan, an index build or a change of many rows after an ACCESS EXCLUSIVE lock keeps every reader of the locked table out for as long as it takes.",
    instead: "Put the slow statement into a migration of its own, before or after.",
    aliases: ["eugene:E4", "pgls:runningStatementWhileHoldingAccessExclusive", "pgfence:statement-while-holding-access-exclusive"],
    check: Statement(check),
}

fn check(context: &Context<'_>, out: &mut Out<'_>) {
    if !context.progress.in_transaction {
        return;
    }
    let rows = |name: &Name| !matches!(name.namespace(), Some("pg_catalog" | "information_schema")) && !name.last().starts_with("pg_");
    let slow = context.effects().find_map(|effect| {
        let reads = effect.what == What::Select && context.statement.reading.uses.relations.iter().any(rows);
        Some((effect, scanning(&effect.what, context).or(reads.then_some("rows are read"))?))
    });
    let Some((effect, work)) = slow else { return };
    // Nobody waits for a table that is gone.
    let gone = |table: &String| context.model.dropped.contains_key(table);
    let held = context.progress.held.iter().find(|(table, mode, _)| *mode == LockMode::AccessExclusive && !gone(table));
    let Some((table, _, by)) = held else { return };
    // Said once per transaction, at the first slow statement.
    let earlier = context.file.statements.iter().take(context.at).skip(*by + 1).flat_map(|s| &s.reading.effects);
    if earlier.into_iter().any(|effect| scanning(&effect.what, context).is_some()) {
        return;
    }
    let line = context.file.statements.get(*by).map_or(0, |statement| context.file.line(statement.range.start));
    let message = format!("{work} while {} is locked against everything since line {line}", short(table));
    out.at(effect.range, message).on(format!("table {}", short(table)));
}
