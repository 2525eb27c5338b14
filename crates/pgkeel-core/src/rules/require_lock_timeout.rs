//! Rule `require-lock-timeout`: a strong lock without a lock_timeout.

use crate::review::context::{Context, Out};
use crate::sql::effect::{What, locks};

rule! {
    id: "require-lock-timeout",
    default: off,
    severity: Warning,
    topic: Locking,
    title: "A strong lock without a lock_timeout",
    why: "While DDL waits for its lock, every later query on the table queues behind it. pgkeel sets a lock_timeout and tries again, so the rule is off unless another runner is used.",
    instead: "SET LOCAL lock_timeout = '2s'; before it, and run the migration again when it fails.",
    aliases: ["squawk:require-lock-timeout", "squawk:require-timeout-settings", "eugene:E9", "pgsafe:require-timeout", "pgls:lockTimeoutWarning", "pgfence:missing-lock-timeout", "strong_migrations:lock_timeout"],
    check: Statement(check),
}

fn check(context: &Context<'_>, out: &mut Out<'_>) {
    if context.progress.lock_timeout.is_some() {
        return;
    }
    for effect in context.effects() {
        let strong = locks(&effect.what).into_iter().find(|(table, mode)| mode.blocks_writes() && context.is_shared(table));
        if let Some((table, mode)) = strong {
            out.at(effect.range, format!("{mode} on {table} is waited for without a lock_timeout")).on(format!("table {table}"));
            return;
        }
        // Locks on what the statement does not name as a table: an index, the table of a comment, everything.
        let waits = matches!(effect.what, What::Lock { .. } | What::Reindex { .. } | What::Vacuum { .. } | What::Comment { .. });
        if waits {
            out.at(effect.range, "a lock is waited for without a lock_timeout");
            return;
        }
    }
}
