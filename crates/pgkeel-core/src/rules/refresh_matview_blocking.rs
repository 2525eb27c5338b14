//! Rule `refresh-matview-blocking`: a materialized view is refreshed while nobody can read it.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, TextRange, What};

rule! {
    id: "refresh-matview-blocking",
    severity: Warning,
    topic: Locking,
    title: "A materialized view is refreshed while nobody can read it",
    why: "REFRESH MATERIALIZED VIEW holds ACCESS EXCLUSIVE for as long as its query runs.",
    instead: "REFRESH MATERIALIZED VIEW CONCURRENTLY; it needs a unique index on the view, without a predicate and without expressions.",
    aliases: ["pgls:requireConcurrentRefreshMatview", "pgsafe:refresh-matview-non-concurrent", "pgfence:refresh-materialized-view", "pgls:banBlockingRefreshMatview"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Refresh { view, concurrently: false, no_data: false } = &effect.what else { return };
    if !context.is_shared_view(view) {
        return;
    }
    let key = context.model.key(view);
    let known = context.model.views.contains_key(&key);
    let unique = context.model.indexes_of(&key).any(|index| index.definition.unique && index.definition.predicate.is_none());
    let hit = out.at(effect.range, format!("nobody can read {view} while it is refreshed")).on(format!("materialized view {view}"));
    if unique || !known {
        let place = TextRange::new(view.range.start, view.range.start);
        hit.fix("refresh CONCURRENTLY", vec![(place, "CONCURRENTLY ".to_owned())]);
    } else {
        hit.help(format!("first give {view} a unique index, then REFRESH MATERIALIZED VIEW CONCURRENTLY"));
    }
}
