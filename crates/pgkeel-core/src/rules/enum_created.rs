//! Rule `enum-created`: an enum type is created.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "enum-created",
    default: off,
    severity: Info,
    topic: Design,
    title: "An enum type is created",
    why: "Values cannot be removed or reordered, and a new one cannot be used in the transaction that adds it.",
    instead: "A lookup table, or text with a CHECK.",
    aliases: ["eugene:W13", "pgls:creatingEnum"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    if let What::CreateEnum { name, .. } = &effect.what {
        out.at(effect.range, format!("the values of {name} can be added to and never removed")).on(format!("type {name}"));
    }
}
