//! Rule `domain-with-constraint`: a domain with a constraint.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "domain-with-constraint",
    default: off,
    severity: Info,
    topic: Design,
    title: "A domain with a constraint",
    why: "Changing the constraint later checks every table that uses the domain; adding a column of it rewrites the table.",
    instead: "A CHECK on each column.",
    aliases: ["squawk:ban-create-domain-with-constraint", "pgfence:create-domain-with-constraint"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    if let What::CreateDomain { name, constrained: true, .. } = &effect.what {
        out.at(effect.range, format!("the constraint of {name} reaches into every table that uses it")).on(format!("domain {name}"));
    }
}
