//! Rule `create-trigger-lock`: a trigger is added to an existing table.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "create-trigger-lock",
    severity: Info,
    topic: Locking,
    title: "A trigger is added to an existing table",
    why: "CREATE TRIGGER takes SHARE ROW EXCLUSIVE: writes wait until the transaction ends. From then on every write runs the function.",
    instead: "Keep the transaction short; set a lock_timeout (pgkeel does).",
    aliases: ["atlas:PG308", "pgsafe:add-trigger", "pgls:avoidCreateTrigger", "pgfence:create-trigger", "pgls:banCreateTrigger"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::CreateTrigger(trigger) = &effect.what else { return };
    if context.is_shared(&trigger.table) && !context.is_view(&trigger.table) {
        let message = format!("writes to {} wait while the trigger {} is made", trigger.table, trigger.name);
        out.at(effect.range, message).on(format!("table {}", trigger.table));
    }
}
