//! Rule `alter-column-type-index-rebuild`: a change of collation rebuilds indexes.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};
use super::facts::{Rewrite, rewrite_of};

rule! {
    id: "alter-column-type-index-rebuild",
    severity: Warning,
    topic: Locking,
    title: "A change of collation rebuilds indexes",
    why: "The table is not rewritten, but every index on the column is built again under ACCESS EXCLUSIVE.",
    instead: "Build a new index with the new collation CONCURRENTLY (on col COLLATE \"...\") and change the queries, instead of changing the column.",
    aliases: ["atlas:PG301"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::AlterColumnType { table, column, to, .. } = &effect.what else { return };
    let Some(known) = context.model.column(table, column.last()).filter(|_| context.is_shared(table)) else { return };
    if rewrite_of(&effect.what, known.type_name.as_ref(), context) != Rewrite::Indexes {
        return;
    }
    let key = context.model.key(table);
    let indexes: Vec<&str> = context
        .model
        .indexes_of(&key)
        .filter(|index| index.definition.elements.iter().any(|e| e.expression.columns.iter().any(|c| c.last() == column.last())))
        .map(|index| index.name.as_str())
        .collect();
    if !indexes.is_empty() {
        let message = format!("changing {table}.{column} to {to} builds {} again while nobody can read the table", indexes.join(", "));
        out.at(effect.range, message).on(format!("column {table}.{column}"));
    }
}
