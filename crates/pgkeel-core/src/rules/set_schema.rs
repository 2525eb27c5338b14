//! Rule `set-schema`: an object moves to another schema, or a schema is renamed.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, ObjectKind, What};

rule! {
    id: "set-schema",
    severity: Error,
    topic: Clients,
    title: "An object moves to another schema, or a schema is renamed",
    why: "Clients that qualify the name, or whose search_path lacks the new schema, fail at once.",
    instead: "Leave a view with the old name, or add the new schema to the search_path of every client first.",
    aliases: ["squawk:ban-set-schema", "strong_migrations:rename_schema", "pgfence:rename-schema"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    match &effect.what {
        What::SetNamespace { kind, name, to } if context.is_shared(name) && *kind != ObjectKind::Extension => {
            out.at(effect.range, format!("{} {name} moves to the schema {to}", kind.word())).on(format!("{} {name}", kind.word()));
        }
        What::Rename { kind: ObjectKind::Namespace, name, to, .. } => {
            out.at(effect.range, format!("clients that use the schema {name} fail as soon as it is called {to}")).on(format!("schema {name}"));
        }
        _ => {}
    }
}
