//! Rule `statement-after-access-exclusive`: slow work while a table is locked against everything.

use crate::review::context::{Context, Out};
use crate::review::history_model::{short};
use crate::sql::effect::{LockMode};
use super::facts::{scanning};

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
    let held = context.progress.held.iter().find(|(_, mode, _)| *mode == LockMode::AccessExclusive);
    let Some((table, _, by)) = held else { return };
    for effect in context.effects() {
        if let Some(work) = scanning(&effect.what, context) {
            let line = context.file.statements.get(*by).map_or(0, |statement| context.file.line(statement.range.start));
            let message = format!("{work} while {} is locked against everything since line {line}", short(table));
            out.at(effect.range, message).on(format!("table {}", short(table)));
            return;
        }
    }
}
