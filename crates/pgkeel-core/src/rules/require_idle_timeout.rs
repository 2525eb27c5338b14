//! Rule `require-idle-timeout`: locks without an idle_in_transaction_session_timeout.

use crate::review::context::{Context, Out};
use crate::sql::effect::{What, locks};

rule! {
    id: "require-idle-timeout",
    default: off,
    severity: Warning,
    topic: Locking,
    title: "Locks without an idle_in_transaction_session_timeout",
    why: "When the client stalls or dies between two statements of the transaction, its locks stay until someone ends the session. pgkeel ends its own sessions, so the rule is off unless another runner is used.",
    instead: "SET LOCAL idle_in_transaction_session_timeout = '30s';",
    aliases: ["pgls:requireIdleInTransactionTimeout", "pgfence:missing-idle-timeout"],
    check: Statement(check),
}

fn check(context: &Context<'_>, out: &mut Out<'_>) {
    let before = context.file.statements.iter().take(context.at + 1).flat_map(|statement| &statement.reading.effects);
    let set = |what: &What| matches!(what, What::Set { name, .. } if name == "idle_in_transaction_session_timeout");
    if before.into_iter().any(|effect| set(&effect.what)) {
        return;
    }
    for effect in context.effects() {
        let strong = locks(&effect.what).into_iter().find(|(table, mode)| mode.blocks_writes() && context.is_shared(table));
        if let Some((table, mode)) = strong {
            out.at(effect.range, format!("{mode} on {table} stays when the client stalls")).on(format!("table {table}"));
            return;
        }
    }
}
