//! Rule `concurrently-on-partitioned`: CREATE INDEX CONCURRENTLY on a partitioned table.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "concurrently-on-partitioned",
    severity: Error,
    topic: Correctness,
    title: "CREATE INDEX CONCURRENTLY on a partitioned table",
    why: "PostgreSQL refuses it.",
    instead: "CREATE INDEX ON ONLY the parent, CREATE INDEX CONCURRENTLY on each partition, then ALTER INDEX ... ATTACH PARTITION.",
    aliases: ["atlas:PG108"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::CreateIndex(index) = &effect.what else { return };
    let partitioned = context.model.table(&index.table).is_some_and(|table| table.partitioned);
    if index.concurrently && partitioned {
        out.at(effect.range, format!("{} is partitioned: an index on it cannot be built CONCURRENTLY", index.table)).on(format!("table {}", index.table));
    }
}
