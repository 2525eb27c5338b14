//! Rule `drop-view`: a view is dropped.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, ObjectKind, What};
use super::facts::recreated_later;

rule! {
    id: "drop-view",
    severity: Warning,
    topic: Clients,
    title: "A view is dropped",
    why: "Clients and other views that read it fail.",
    instead: "Move its readers first.",
    aliases: ["squawk:ban-drop-view", "pgsafe:drop-view"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Drop { kind: kind @ (ObjectKind::View | ObjectKind::MaterializedView), names, .. } = &effect.what else { return };
    for name in names {
        let own = context.model.made_in(&context.model.key(name), context.index);
        if !own && !recreated_later(context, *kind, name) {
            out.at(effect.range, format!("the {} {name} is dropped", kind.word())).on(format!("{} {name}", kind.word()));
        }
    }
}
