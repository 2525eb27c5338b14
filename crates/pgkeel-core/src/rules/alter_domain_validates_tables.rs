//! Rule `alter-domain-validates-tables`: a domain constraint is checked against every table that uses it.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, ObjectKind, TextRange, What};

rule! {
    id: "alter-domain-validates-tables",
    severity: Error,
    topic: Locking,
    title: "A domain constraint is checked against every table that uses it",
    why: "ALTER DOMAIN ... ADD CONSTRAINT and SET NOT NULL take SHARE on every table with a column of the domain and read all of it: writes wait.",
    instead: "ADD CONSTRAINT ... NOT VALID, then VALIDATE CONSTRAINT in another migration.",
    aliases: ["squawk:ban-alter-domain-with-add-constraint", "pgsafe:add-domain-constraint-without-not-valid", "pgfence:alter-domain-add-constraint"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::DomainConstraint { name, constraint, not_valid: false, not_null: false } = &effect.what else { return };
    let made_here = context.model.ever.get(&context.model.key(name)).is_some_and(|origin| origin.file == context.index);
    if made_here {
        return;
    }
    let hit = out.at(effect.range, format!("every table with a column of {name} is read while its writers wait")).on(format!("domain {name}"));
    let place = TextRange::new(effect.range.end, effect.range.end);
    let edits = vec![(place, " NOT VALID".to_owned())];
    let Some(constraint) = constraint else {
        return; // Which name PostgreSQL chooses is not sure, and who validates it has to write it.
    };
    let gone = |effect: &Effect| match &effect.what {
        What::Drop { kind: ObjectKind::Namespace | ObjectKind::Owned, .. } => true,
        What::Drop { names, .. } => names.iter().any(|dropped| dropped.last() == name.last()),
        What::Rename { name: renamed, .. } => renamed.last() == name.last(),
        _ => false,
    };
    if context.later().any(gone) {
        return;
    }
    let reached = context.reached(name);
    let validate = format!("ALTER DOMAIN {reached} VALIDATE CONSTRAINT {constraint};\n");
    hit.fix("add the constraint NOT VALID, and validate it in a migration of its own", edits)
        .then(&format!("validate_{}", constraint.last()), validate, None);
}
