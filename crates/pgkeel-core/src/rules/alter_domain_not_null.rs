//! Rule `alter-domain-not-null`: SET NOT NULL of a domain is checked against every table that uses it.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "alter-domain-not-null",
    severity: Error,
    topic: Locking,
    title: "SET NOT NULL of a domain is checked against every table that uses it",
    why: "ALTER DOMAIN ... SET NOT NULL takes SHARE on every table with a column of the domain and reads all of it: writes wait. It also rules out outer joins and empty subqueries of that type.",
    instead: "ADD CONSTRAINT ... CHECK (VALUE IS NOT NULL) NOT VALID, then VALIDATE CONSTRAINT in another migration; or NOT NULL on the columns.",
    aliases: ["pgsafe:add-domain-not-null", "squawk:ban-new-write-restriction"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::DomainConstraint { name, not_null: true, .. } = &effect.what else { return };
    let made_here = context.model.ever.get(&context.model.key(name)).is_some_and(|origin| origin.file == context.index);
    if !made_here {
        let message = format!("every table with a column of {name} is read while its writers wait");
        out.at(effect.range, message).on(format!("domain {name}"));
    }
}
