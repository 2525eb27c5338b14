//! Rule `drop-owned`: everything that a role owns is dropped.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, ObjectKind, What};
use super::facts::recreated_later;

rule! {
    id: "drop-owned",
    severity: Error,
    topic: DataLoss,
    title: "Everything that a role owns is dropped",
    why: "DROP OWNED drops all objects of the role in this database and revokes all its rights; nobody named them.",
    instead: "REASSIGN OWNED, or drop the objects by name.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Drop { kind: kind @ ObjectKind::Owned, names, .. } = &effect.what else { return };
    for name in names {
        let own = context.model.made_in(&context.model.key(name), context.index);
        if !own && !recreated_later(context, *kind, name) {
            out.at(effect.range, format!("the {} {name} is dropped", kind.word())).on(format!("{} {name}", kind.word()));
        }
    }
}
