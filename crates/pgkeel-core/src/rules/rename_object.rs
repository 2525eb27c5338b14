//! Rule `rename-object`: an object is renamed.

use crate::finding::Severity;
use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, ObjectKind, What};

rule! {
    id: "rename-object",
    severity: Warning,
    topic: Clients,
    title: "An object is renamed",
    why: "Whoever uses the old name fails: ON CONFLICT ON CONSTRAINT for a constraint, calls for a function, casts for a type, hints and monitoring for an index.",
    instead: "Make the new object beside the old one, and drop the old one later.",
    aliases: ["squawk:renaming-object", "pgsafe:rename"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Rename { kind, on, name, to } = &effect.what else { return };
    let covered = [
        ObjectKind::Table,
        ObjectKind::Column,
        ObjectKind::Namespace,
        // Nobody calls these by their name but later migrations.
        ObjectKind::Trigger,
        ObjectKind::Policy,
        ObjectKind::Rule,
    ];
    let own = context.model.made_in(&context.model.key(name), context.index)
        || on.as_ref().is_some_and(|table| !context.is_shared(table));
    if !covered.contains(kind) && !own {
        let message = format!("whoever uses the {} {name} fails as soon as it is called {to}", kind.word());
        let hit = out.at(effect.range, message).on(format!("{} {name}", kind.word()));
        if *kind == ObjectKind::Index {
            // Queries do not name indexes: only hints, monitoring and later migrations do.
            hit.severity(Severity::Info);
        }
    }
}
