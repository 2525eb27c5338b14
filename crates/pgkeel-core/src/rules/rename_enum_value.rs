//! Rule `rename-enum-value`: an enum value is renamed.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "rename-enum-value",
    severity: Error,
    topic: Clients,
    title: "An enum value is renamed",
    why: "Clients that write or compare the old value fail at once.",
    instead: "Add the new value, move clients and rows, and leave the old one.",
    aliases: ["strong_migrations:rename_enum_value", "squawk:renaming-object"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::RenameEnumValue { name, from, to } = &effect.what else { return };
    if !context.model.made_in(&context.model.key(name), context.index) {
        out.at(effect.range, format!("clients that use '{from}' fail as soon as it is called '{to}'")).on(format!("type {name}"));
    }
}
