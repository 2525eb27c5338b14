//! Rule `lock-timeout-ineffective`: a lock_timeout that does not help.

use crate::review::context::{Context, Out};
use crate::review::history_model::short;
use crate::sql::effect::{Effect, What};

rule! {
    id: "lock-timeout-ineffective",
    severity: Warning,
    topic: Locking,
    title: "A lock_timeout that does not help",
    why: "lock_timeout = 0 waits forever; one of many seconds keeps all traffic behind the waiting DDL for as long; one that is set after the first strong lock comes too late for it.",
    instead: "Set lock_timeout to a few seconds before the first statement that needs a lock.",
    aliases: ["pgfence:lock-timeout-zero", "pgfence:lock-timeout-too-long", "pgfence:lock-timeout-after-dangerous-statement", "strong_migrations:lock_timeout_limit"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Set { name, value, .. } = &effect.what else { return };
    if name != "lock_timeout" || value.eq_ignore_ascii_case("default") {
        return;
    }
    let Ok(milliseconds) = crate::migration::directive::milliseconds(value) else { return };
    let late = context.progress.held.iter().find(|(_, mode, _)| mode.blocks_writes());
    if milliseconds == 0 {
        out.at(effect.range, "lock_timeout = 0 waits forever");
    } else if milliseconds > 30_000 {
        out.at(effect.range, format!("lock_timeout = {value} keeps every query on the table waiting for as long"));
    } else if let Some((table, ..)) = late {
        out.at(effect.range, format!("lock_timeout comes after the lock on {} was taken", short(table)));
    }
}
