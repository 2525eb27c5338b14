//! Rule `require-statement-timeout`: a strong lock without a statement_timeout.

use crate::review::context::{Context, Out};
use crate::sql::effect::locks;

rule! {
    id: "require-statement-timeout",
    default: off,
    severity: Info,
    topic: Locking,
    title: "A strong lock without a statement_timeout",
    why: "A statement that turns out to be slow keeps its lock for as long as it runs.",
    instead: "SET LOCAL statement_timeout = '1min'; before it.",
    aliases: ["squawk:require-statement-timeout", "squawk:require-timeout-settings", "pgfence:missing-statement-timeout", "pgls:requireStatementTimeout"],
    check: Statement(check),
}

fn check(context: &Context<'_>, out: &mut Out<'_>) {
    if context.progress.statement_timeout.is_some() {
        return;
    }
    for effect in context.effects() {
        let strong = locks(&effect.what).into_iter().find(|(table, mode)| mode.blocks_writes() && context.is_shared(table));
        if let Some((table, mode)) = strong {
            out.at(effect.range, format!("{mode} on {table} is held without a statement_timeout")).on(format!("table {table}"));
            return;
        }
    }
}
