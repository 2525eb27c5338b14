//! Rule `lock-table-explicit`: LOCK TABLE without a narrow mode.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "lock-table-explicit",
    severity: Warning,
    topic: Locking,
    title: "LOCK TABLE without a narrow mode",
    why: "LOCK TABLE takes ACCESS EXCLUSIVE unless told otherwise: every reader and writer waits until the transaction ends.",
    instead: "Name the weakest mode that does (SHARE ROW EXCLUSIVE keeps reads going), with NOWAIT or a lock_timeout.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Lock { tables, mode, .. } = &effect.what else { return };
    let shared: Vec<String> = tables.iter().filter(|table| context.is_shared(table)).map(ToString::to_string).collect();
    if !shared.is_empty() && (mode == "access exclusive" || mode == "exclusive") {
        out.at(effect.range, format!("{} is locked in {} mode to the end of the transaction", shared.join(", "), mode.to_uppercase()));
    }
}
