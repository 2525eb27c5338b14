//! Rule `drop-type`: a type, domain or sequence is dropped.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, Name, ObjectKind, What};
use super::facts::recreated_later;

rule! {
    id: "drop-type",
    severity: Error,
    topic: DataLoss,
    title: "A type, domain or sequence is dropped",
    why: "Columns, defaults, functions and clients that use it fail.",
    instead: "Replace every use first, deploy that, then drop it.",
    aliases: ["squawk:ban-drop-type", "squawk:ban-drop-domain", "squawk:ban-drop-sequence"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Drop { kind: kind @ (ObjectKind::Type | ObjectKind::Domain | ObjectKind::Sequence), names, .. } = &effect.what else { return };
    // The last step of replacing a type: renamed away, its columns moved to the new one, dropped.
    let renamed_here = |name: &Name| {
        let before = context.file.up().filter(|(at, _)| *at < context.at).flat_map(|(_, statement)| &statement.reading.effects);
        before.into_iter().any(|effect| matches!(&effect.what, What::Rename { to, .. } if to.last() == name.last()))
    };
    for name in names {
        let own = renamed_here(name) || context.model.made_in(&context.model.key(name), context.index);
        if !own && !recreated_later(context, *kind, name) {
            out.at(effect.range, format!("the {} {name} is dropped", kind.word())).on(format!("{} {name}", kind.word()));
        }
    }
}
