//! Rule `repeated-column`: a column is given twice.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "repeated-column",
    severity: Error,
    topic: Correctness,
    title: "A column is given twice",
    why: "PostgreSQL refuses the statement: \"multiple assignments to same column\" (42601), or \"column specified more than once\" (42701).",
    instead: "Keep one of the two.",
    aliases: ["squawk:ban-duplicate-column-assignments"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::RepeatedColumn { column } = &effect.what else { return };
    out.at(effect.range, format!("{column} is given twice")).on(format!("column {column}"));
}
