//! Rule `drop-schema`: a schema is dropped.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, ObjectKind, What};
use super::facts::recreated_later;

rule! {
    id: "drop-schema",
    severity: Error,
    topic: DataLoss,
    title: "A schema is dropped",
    why: "Everything in it is gone.",
    instead: "Drop its objects one by one, so that the review can see them.",
    aliases: ["squawk:ban-drop-schema", "atlas:DS101", "pgls:banDropSchema", "pgfence:drop-schema"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Drop { kind: kind @ ObjectKind::Namespace, names, .. } = &effect.what else { return };
    for name in names {
        let own = context.model.made_in(&context.model.key(name), context.index);
        if !own && !recreated_later(context, *kind, name) {
            out.at(effect.range, format!("the {} {name} is dropped", kind.word())).on(format!("{} {name}", kind.word()));
        }
    }
}
