//! Rule `replica-identity-change`: the replica identity becomes FULL or NOTHING.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "replica-identity-change",
    severity: Warning,
    topic: Locking,
    title: "The replica identity becomes FULL or NOTHING",
    why: "FULL writes the whole old row to the write-ahead log for every update; NOTHING makes updates and deletes of a published table fail.",
    instead: "Use the primary key, or REPLICA IDENTITY USING INDEX with a unique index of NOT NULL columns.",
    aliases: ["squawk:ban-replica-identity", "atlas:PG314"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::ReplicaIdentity { table, full_or_nothing: true } = &effect.what else { return };
    out.at(effect.range, format!("the replica identity of {table} is no key")).on(format!("table {table}"));
}
