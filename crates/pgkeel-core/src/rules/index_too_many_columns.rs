//! Rule `index-too-many-columns`: a non-unique index over more than three columns.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "index-too-many-columns",
    severity: Info,
    topic: Design,
    title: "A non-unique index over more than three columns",
    why: "It is large, slow to write and helps few queries.",
    instead: "Fewer key columns; INCLUDE for those that are only read.",
    aliases: ["strong_migrations:add_index_columns", "bytebase:802"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::CreateIndex(index) = &effect.what else { return };
    if index.elements.len() > 3 && !index.unique {
        out.at(effect.range, format!("the index has {} key columns", index.elements.len())).on(format!("table {}", index.table));
    }
}
