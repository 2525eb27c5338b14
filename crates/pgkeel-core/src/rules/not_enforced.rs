//! Rule `not-enforced`: a constraint NOT ENFORCED.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "not-enforced",
    severity: Warning,
    topic: Design,
    title: "A constraint NOT ENFORCED",
    why: "It is documentation only: PostgreSQL never checks it.",
    instead: "Enforce it, or write it as a comment.",
    aliases: [],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    if let What::AddConstraint { table, constraint } = &effect.what
        && constraint.not_enforced
    {
        out.at(constraint.range, format!("nothing keeps {table} to this constraint")).on(format!("table {table}"));
    }
}
