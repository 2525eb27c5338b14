//! Rule `add-enum-value`: an enum gets a value.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "add-enum-value",
    default: off,
    severity: Info,
    topic: Clients,
    title: "An enum gets a value",
    why: "Clients with a closed list of values fail when they read the new one. A value cannot be removed again.",
    instead: "Make clients ready for it first.",
    aliases: ["squawk:ban-add-enum-value", "pgls:avoidAlterEnumAddValue", "pgls:banAlterEnumAddValue", "pgfence:alter-enum-add-value"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::AddEnumValue { name, value, .. } = &effect.what else { return };
    if !context.model.made_in(&context.model.key(name), context.index) {
        out.at(effect.range, format!("clients may read '{value}' from now on, and it can never be removed")).on(format!("type {name}"));
    }
}
