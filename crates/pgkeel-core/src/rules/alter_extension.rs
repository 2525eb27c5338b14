//! Rule `alter-extension`: an extension changes.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, ObjectKind, What};

rule! {
    id: "alter-extension",
    default: off,
    severity: Info,
    topic: Clients,
    title: "An extension changes",
    why: "ALTER EXTENSION UPDATE may change functions and types that clients use, and needs the new version on every server.",
    instead: "Name the version, and make sure every server has it.",
    aliases: ["squawk:ban-alter-extension"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    if let What::AlterOther { kind: ObjectKind::Extension, name } = &effect.what {
        let name = name.as_ref().map(ToString::to_string).unwrap_or_default();
        out.at(effect.range, format!("the extension {name} changes")).on(format!("extension {name}"));
    }
}
