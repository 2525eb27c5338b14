//! Rule `create-partition-locks-parent`: CREATE TABLE ... PARTITION OF locks the parent against everything.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "create-partition-locks-parent",
    severity: Warning,
    topic: Locking,
    title: "CREATE TABLE ... PARTITION OF locks the parent against everything",
    why: "It takes ACCESS EXCLUSIVE on the partitioned table (and scans a default partition), so it waits for every query on the parent and every query waits for it. ATTACH PARTITION takes only SHARE UPDATE EXCLUSIVE on the parent.",
    instead: "CREATE TABLE ... (LIKE parent INCLUDING ALL), add a CHECK with the bounds, then ATTACH PARTITION.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::CreateTable(table) = &effect.what else { return };
    let Some(parent) = table.partition_of.as_ref().filter(|parent| context.is_shared(parent)) else { return };
    let message = format!("making {} a partition of {parent} locks {parent} against reads and writes", table.name);
    out.at(effect.range, message).on(format!("table {parent}"));
}
