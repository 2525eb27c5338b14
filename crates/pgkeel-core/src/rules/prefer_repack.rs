//! Rule `prefer-repack`: VACUUM FULL or CLUSTER where REPACK (CONCURRENTLY) does the same.

use super::vacuum_full_cluster;
use crate::review::context::{Context, Out};
use crate::sql::effect::Effect;

rule! {
    id: "prefer-repack",
    severity: Error,
    topic: Locking,
    title: "VACUUM FULL or CLUSTER where REPACK does the same",
    why: "Both write the table anew while nobody can read it. PostgreSQL 19 has REPACK (CONCURRENTLY), which keeps readers and writers waiting only at its end.",
    instead: "REPACK (CONCURRENTLY) table; it runs outside of a transaction.",
    aliases: ["squawk:prefer-repack"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    if context.settings.server_major.is_none_or(|major| major < 19) {
        return;
    }
    vacuum_full_cluster::rewrites(context, effect, out);
}
