//! Rule `enum-value-unordered`: an enum value is added without saying where.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "enum-value-unordered",
    default: off,
    severity: Info,
    topic: Design,
    title: "An enum value is added without saying where",
    why: "It goes to the end, and comparisons and ORDER BY use that order.",
    instead: "ADD VALUE ... BEFORE or AFTER another.",
    aliases: ["squawk:require-enum-value-ordering", "pgfence:enum-value-ordering"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    if let What::AddEnumValue { name, value, positioned: false, .. } = &effect.what {
        out.at(effect.range, format!("'{value}' becomes the last value of {name}")).on(format!("type {name}"));
    }
}
