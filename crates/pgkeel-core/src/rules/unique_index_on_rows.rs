//! Rule `unique-index-on-rows`: a unique index on a table that may hold the same value twice.

use super::probe;
use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "unique-index-on-rows",
    severity: Info,
    topic: Correctness,
    title: "A unique index on a table that may hold the same value twice",
    why: "It fails on the first pair of equal rows (23505), half-way through the build; built CONCURRENTLY it leaves an invalid index behind.",
    instead: "Look for duplicates first: SELECT key, count(*) FROM t GROUP BY key HAVING count(*) > 1.",
    aliases: ["atlas:MF101", "atlas:MF102"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::CreateIndex(index) = &effect.what else { return };
    if !index.unique || !context.is_shared(&index.table) || context.is_view(&index.table) {
        return;
    }
    let keys: Option<Vec<String>> = index.elements.iter().map(|element| element.column.as_ref().map(ToString::to_string)).collect();
    let hit = out.at(effect.range, format!("{} must hold no value twice", index.table)).on(format!("table {}", index.table));
    if let Some(keys) = keys {
        hit.help("").ask_first(Some(probe::duplicates(&index.table, &keys, index.predicate.as_ref())));
    }
}
