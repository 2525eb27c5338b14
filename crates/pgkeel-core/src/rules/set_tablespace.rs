//! Rule `set-tablespace`: a table or index moves to another tablespace.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, ObjectKind, What};

rule! {
    id: "set-tablespace",
    severity: Warning,
    topic: Locking,
    title: "A table or index moves to another tablespace",
    why: "SET TABLESPACE copies every file of the table or index under ACCESS EXCLUSIVE.",
    instead: "Rebuild indexes with REINDEX (TABLESPACE ..., CONCURRENTLY); move tables with pg_repack or in a maintenance window.",
    aliases: ["pgfence:alter-table-set-tablespace"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::SetTablespace { kind, name } = &effect.what else { return };
    if *kind != ObjectKind::Database && context.is_shared(name) {
        out.at(effect.range, format!("the files of {name} are copied while nobody can use it")).on(format!("{} {name}", kind.word()));
    }
}
