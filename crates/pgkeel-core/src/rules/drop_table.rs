//! Rule `drop-table`: a table is dropped.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, ObjectKind, What};
use super::facts::recreated_later;

rule! {
    id: "drop-table",
    severity: Error,
    topic: DataLoss,
    title: "A table is dropped",
    why: "Its rows are gone, and every client that still knows it fails.",
    instead: "Stop using it, rename it to a name that says so, and drop it a release later, after a backup.",
    aliases: ["squawk:ban-drop-table", "atlas:DS102", "pgsafe:drop-table", "pgls:banDropTable", "pgfence:drop-table"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Drop { kind: kind @ (ObjectKind::Table | ObjectKind::ForeignTable), names, .. } = &effect.what else { return };
    for name in names {
        let own = context.model.made_in(&context.model.key(name), context.index);
        if !own && !recreated_later(context, *kind, name) {
            out.at(effect.range, format!("the {} {name} is dropped with all its rows", kind.word())).on(format!("{} {name}", kind.word()));
        }
    }
}
