//! Rule `index-not-immutable`: an index over something that changes by itself.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "index-not-immutable",
    severity: Error,
    topic: Correctness,
    title: "An index over something that changes by itself",
    why: "An index expression or predicate must be immutable; now(), current_date, random() and their like are refused (42P17).",
    instead: "Index the column, and put the condition into the query.",
    aliases: [],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::CreateIndex(index) = &effect.what else { return };
    let changing = ["now", "current_timestamp", "current_date", "localtimestamp", "clock_timestamp", "random", "statement_timestamp", "transaction_timestamp", "current_user"];
    for expression in index.elements.iter().map(|element| &element.expression).chain(&index.predicate) {
        let names = expression.calls.iter().chain(&expression.columns);
        if let Some(name) = names.into_iter().find(|name| name.parts.len() == 1 && changing.contains(&name.last())) {
            out.at(expression.range, format!("{name} is not immutable: PostgreSQL refuses this index")).on(format!("table {}", index.table));
        }
    }
}
