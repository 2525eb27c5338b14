//! Rule `toggle-trigger`: triggers or rules are switched while writers wait.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "toggle-trigger",
    severity: Info,
    topic: Locking,
    title: "Triggers or rules are switched while writers wait",
    why: "ENABLE and DISABLE TRIGGER take SHARE ROW EXCLUSIVE, which blocks writes; ENABLE and DISABLE RULE take ACCESS EXCLUSIVE. What runs on a write is different before and after.",
    instead: "Keep the transaction short; leave triggers as they are and let them skip what they should not do.",
    aliases: ["squawk:ban-disable-trigger", "pgls:avoidEnableDisableTrigger", "pgls:banEnableDisableTrigger", "pgfence:enable-disable-trigger"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let (table, what) = match &effect.what {
        What::ToggleTrigger { table, .. } => (table, "triggers"),
        What::ToggleRule { table, .. } => (table, "rules"),
        _ => return,
    };
    if context.is_shared(table) {
        out.at(effect.range, format!("{what} of {table} are switched, and its writers wait")).on(format!("table {table}"));
    }
}
