//! Rule `reindex-blocking`: REINDEX while nobody can write.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, Origin, ReindexTarget, TextRange, What};

rule! {
    id: "reindex-blocking",
    severity: Warning,
    topic: Locking,
    title: "REINDEX while nobody can write",
    why: "It takes SHARE on the table and ACCESS EXCLUSIVE on the index, which keeps even the planner of reads waiting.",
    instead: "REINDEX ... CONCURRENTLY (PostgreSQL 12 and later), outside of a transaction.",
    aliases: ["squawk:require-concurrent-reindex", "pgsafe:reindex-non-concurrent", "pgls:requireConcurrentReindex", "pgfence:reindex-non-concurrent"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Reindex { target, name, concurrently: false } = &effect.what else { return };
    let own = name.as_ref().is_some_and(|name| context.model.made_in(&context.model.key(name), context.index));
    // The system catalogs cannot be reindexed CONCURRENTLY.
    let system = *target == ReindexTarget::Database && context.text().to_lowercase().contains("system");
    if own || system || context.before_major(12) {
        return;
    }
    let name_text = name.as_ref().map_or_else(|| "everything".to_owned(), ToString::to_string);
    let hit = out.at(effect.range, format!("writes (and the planning of reads) wait while {name_text} is built again"));
    if let Some(name) = name.as_ref().filter(|_| !context.progress.in_transaction && effect.origin != Origin::Do && *target != ReindexTarget::Database) {
        let place = TextRange::new(name.range.start, name.range.start);
        hit.fix("reindex CONCURRENTLY", vec![(place, "CONCURRENTLY ".to_owned())]);
    }
}
