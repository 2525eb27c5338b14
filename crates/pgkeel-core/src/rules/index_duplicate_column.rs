//! Rule `index-duplicate-column`: an index names a column twice.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "index-duplicate-column",
    severity: Warning,
    topic: Design,
    title: "An index names a column twice",
    why: "The second one only takes space.",
    instead: "Name each column once.",
    aliases: ["bytebase:812"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::CreateIndex(index) = &effect.what else { return };
    let mut seen: Vec<&str> = Vec::new();
    for column in index.elements.iter().filter(|e| e.operator_class.is_none()).filter_map(|element| element.column.as_ref()) {
        if seen.contains(&column.last()) {
            out.at(column.range, format!("{column} is in this index twice")).on(format!("table {}", index.table));
        }
        seen.push(column.last());
    }
}
