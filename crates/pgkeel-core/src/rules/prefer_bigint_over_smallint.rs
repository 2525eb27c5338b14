//! Rule `prefer-bigint-over-smallint`: smallint instead of a wider type.

use crate::review::context::{Context, Out};
use super::facts::for_each_type;
use crate::sql::effect::Effect;

rule! {
    id: "prefer-bigint-over-smallint",
    default: off,
    severity: Info,
    topic: Design,
    title: "smallint instead of a wider type",
    why: "It runs out at 32 767, saves nothing where padding fills the row, and a change rewrites the table.",
    instead: "integer or bigint.",
    aliases: ["squawk:prefer-bigint-over-smallint", "pgls:preferBigintOverSmallint", "pgls:preferBigInt"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    for_each_type(&effect.what, |column, type_name| {
        if type_name.stored() == "smallint" {
            out.at(type_name.range, format!("{column} is {type_name}")).on(format!("column {column}"));
        }
    });
}
