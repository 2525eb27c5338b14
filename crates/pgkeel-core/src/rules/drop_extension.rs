//! Rule `drop-extension`: an extension is dropped.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, ObjectKind, What};
use super::facts::recreated_later;

rule! {
    id: "drop-extension",
    severity: Error,
    topic: DataLoss,
    title: "An extension is dropped",
    why: "Its types, functions and operators go; with CASCADE so do the columns and indexes that use them.",
    instead: "Replace what uses it first.",
    aliases: ["squawk:ban-drop-extension"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Drop { kind: kind @ ObjectKind::Extension, names, .. } = &effect.what else { return };
    for name in names {
        let own = context.model.made_in(&context.model.key(name), context.index);
        if !own && !recreated_later(context, *kind, name) {
            out.at(effect.range, format!("the {} {name} is dropped", kind.word())).on(format!("{} {name}", kind.word()));
        }
    }
}
