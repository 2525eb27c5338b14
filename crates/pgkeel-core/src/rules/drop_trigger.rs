//! Rule `drop-trigger`: a trigger is dropped.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, ObjectKind, What};
use super::facts::recreated_later;

rule! {
    id: "drop-trigger",
    severity: Warning,
    topic: Clients,
    title: "A trigger is dropped",
    why: "What it kept true is no longer kept; DROP TRIGGER takes ACCESS EXCLUSIVE on the table.",
    instead: "Replace it in one step with CREATE OR REPLACE TRIGGER (PostgreSQL 14).",
    aliases: ["squawk:ban-drop-trigger", "pgls:banDropTrigger", "pgfence:drop-trigger"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Drop { kind: kind @ (ObjectKind::Trigger | ObjectKind::Rule | ObjectKind::EventTrigger), names, .. } = &effect.what else { return };
    for name in names {
        let own = context.model.made_in(&context.model.key(name), context.index);
        if !own && !recreated_later(context, *kind, name) {
            out.at(effect.range, format!("the {} {name} is dropped", kind.word())).on(format!("{} {name}", kind.word()));
        }
    }
}
