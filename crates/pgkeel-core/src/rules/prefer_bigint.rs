//! Rule `prefer-bigint`: integer instead of bigint.

use crate::review::context::{Context, Out};
use crate::sql::effect::Effect;
use super::facts::for_each_type;

rule! {
    id: "prefer-bigint",
    default: off,
    severity: Info,
    topic: Design,
    title: "integer instead of bigint",
    why: "It runs out at 2 147 483 647, and a change to bigint rewrites the table.",
    instead: "bigint.",
    aliases: ["squawk:prefer-bigint-over-int", "squawk:prefer-big-int", "pgls:preferBigintOverInt", "pgls:preferBigInt", "pgfence:prefer-bigint-over-int"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    for_each_type(&effect.what, |column, type_name| {
        if type_name.stored() == "integer" {
            out.at(type_name.range, format!("{column} is {type_name}")).on(format!("column {column}"));
        }
    });
}
