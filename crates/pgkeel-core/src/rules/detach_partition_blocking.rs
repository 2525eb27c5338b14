//! Rule `detach-partition-blocking`: a partition is detached under ACCESS EXCLUSIVE.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, Origin, TextRange, What};

rule! {
    id: "detach-partition-blocking",
    severity: Warning,
    topic: Locking,
    title: "A partition is detached under ACCESS EXCLUSIVE",
    why: "DETACH PARTITION locks the parent, the partition and the default partition against reads and writes.",
    instead: "DETACH PARTITION ... CONCURRENTLY (PostgreSQL 14 and later, outside of a transaction, no default partition).",
    aliases: ["squawk:require-concurrent-partition-detach", "pgls:requireConcurrentDetachPartition", "pgsafe:detach-partition-non-concurrent", "pgfence:detach-partition"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::DetachPartition { parent, partition, concurrently: false } = &effect.what else { return };
    if context.is_shared(parent) && !context.before_major(14) {
        let message = format!("detaching {partition} locks {parent} against reads and writes");
        let hit = out.at(effect.range, message).on(format!("table {parent}"));
        if !context.progress.in_transaction && effect.origin != Origin::Do {
            let place = TextRange::new(partition.range.end, partition.range.end);
            hit.fix("detach CONCURRENTLY", vec![(place, " CONCURRENTLY".to_owned())]);
        }
    }
}
