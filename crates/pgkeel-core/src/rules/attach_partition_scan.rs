//! Rule `attach-partition-scan`: a partition is attached that must be scanned.

use crate::review::context::{Context, Out};
use crate::sql::effect::{ConstraintKind, Effect, What};

rule! {
    id: "attach-partition-scan",
    severity: Warning,
    topic: Locking,
    title: "A partition is attached that must be scanned",
    why: "ATTACH PARTITION reads the whole new partition under ACCESS EXCLUSIVE on it, and the default partition too, unless a valid CHECK constraint already proves the partition bounds.",
    instead: "Add a CHECK constraint with the bounds NOT VALID, validate it, attach, then drop the constraint.",
    aliases: ["pgls:avoidAttachingPartition", "pgsafe:attach-partition", "pgfence:attach-partition", "pgls:banAttachPartition"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::AttachPartition { parent, partition } = &effect.what else { return };
    let checked = context.model.table(partition).is_some_and(|table| {
        table.constraints.iter().any(|constraint| constraint.valid && matches!(constraint.kind, ConstraintKind::Check(_)))
    });
    if context.is_shared(parent) && context.is_shared(partition) && !checked {
        let message = format!("every row of {partition} is checked against the partition bounds while nobody can use it");
        out.at(effect.range, message).on(format!("table {partition}"));
    }
}
