//! Rule `vacuum-full-cluster`: VACUUM FULL or CLUSTER rewrites the table.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "vacuum-full-cluster",
    severity: Error,
    topic: Locking,
    title: "VACUUM FULL or CLUSTER rewrites the table",
    why: "Both write the table anew under ACCESS EXCLUSIVE: no reads, no writes meanwhile, and as much disk again as the table has.",
    instead: "Plain VACUUM; pg_repack or pg_squeeze where bloat must go; REPACK (CONCURRENTLY) on PostgreSQL 19.",
    aliases: ["pgsafe:vacuum-full-cluster", "pgls:banVacuumFull", "pgfence:vacuum-full"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    // From PostgreSQL 19 on, `prefer-repack` says it.
    if context.settings.server_major.is_some_and(|major| major >= 19) {
        return;
    }
    rewrites(context, effect, out);
}

/// Says what writes a whole table anew, whatever may do it instead.
pub(super) fn rewrites(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    match &effect.what {
        What::Vacuum { full: true } => {
            out.at(effect.range, "VACUUM FULL writes tables anew while nobody can read them");
        }
        What::Cluster { table, .. } if table.as_ref().is_none_or(|table| context.is_shared(table)) => {
            out.at(effect.range, "CLUSTER writes the table anew while nobody can read it");
        }
        _ => {}
    }
}
