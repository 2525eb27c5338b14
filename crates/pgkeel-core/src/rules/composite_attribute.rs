//! Rule `composite-attribute`: a composite type changes.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "composite-attribute",
    default: off,
    severity: Info,
    topic: Clients,
    title: "A composite type changes",
    why: "Every column, function and client that uses the type sees another shape; changing the type of an attribute fails when a column uses it.",
    instead: "Make a new type.",
    aliases: ["squawk:ban-add-composite-attribute"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::AlterAttribute { name, .. } = &effect.what else { return };
    if !context.model.made_in(&context.model.key(name), context.index) {
        out.at(effect.range, format!("whatever uses the type {name} sees another shape")).on(format!("type {name}"));
    }
}
