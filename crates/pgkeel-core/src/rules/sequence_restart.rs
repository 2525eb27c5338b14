//! Rule `sequence-restart`: a sequence is set back.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "sequence-restart",
    severity: Warning,
    topic: DataLoss,
    title: "A sequence is set back",
    why: "RESTART or setval below the largest value in use makes the next inserts fail with duplicate keys.",
    instead: "SELECT setval('seq', (SELECT max(id) FROM t)).",
    aliases: ["squawk:ban-alter-sequence-values"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    if let What::AlterSequence { name, restarts: true } = &effect.what
        && !context.model.made_in(&context.model.key(name), context.index)
    {
        out.at(effect.range, format!("{name} starts again: values in use may come a second time")).on(format!("sequence {name}"));
    }
}
