//! Rule `index-unnamed`: an index without a name.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "index-unnamed",
    default: off,
    severity: Info,
    topic: Design,
    title: "An index without a name",
    why: "PostgreSQL chooses one; IF NOT EXISTS cannot be used, and a second run builds a second index.",
    instead: "CREATE INDEX name ON ...",
    aliases: ["squawk:prefer-robust-stmts", "bytebase:243"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::CreateIndex(index) = &effect.what else { return };
    if index.name.is_none() {
        out.at(effect.range, format!("the index on {} has no name", index.table)).on(format!("table {}", index.table));
    }
}
