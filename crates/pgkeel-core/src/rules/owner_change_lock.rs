//! Rule `owner-change-lock`: a table changes its owner.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, ObjectKind, What};

rule! {
    id: "owner-change-lock",
    severity: Info,
    topic: Locking,
    title: "A table changes its owner",
    why: "OWNER TO takes ACCESS EXCLUSIVE on the table and all its indexes; the new owner bypasses row security unless it is forced.",
    instead: "Keep the transaction short; create objects with the right role in the first place.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::OwnerTo { kind: ObjectKind::Table, name: Some(name) } = &effect.what else { return };
    if context.is_shared(name) {
        out.at(effect.range, format!("changing the owner locks {name} and its indexes against everything")).on(format!("table {name}"));
    }
}
