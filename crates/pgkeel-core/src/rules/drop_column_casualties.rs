//! Rule `drop-column-casualties`: a dropped column silently takes indexes and constraints along.

use crate::review::context::{Context, Out};
use crate::review::history_model::columns_of;
use crate::sql::effect::{Effect, Name, What};

rule! {
    id: "drop-column-casualties",
    severity: Warning,
    topic: DataLoss,
    title: "A dropped column silently takes indexes and constraints along",
    why: "PostgreSQL drops every index, every UNIQUE, CHECK and foreign key of several columns, and extended statistics that name the column, without a word.",
    instead: "Decide for each of them whether it must be made again without the column, and do that in the same migration.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::DropColumn { table, column, .. } = &effect.what else { return };
    let key = context.model.key(table);
    let Some(known) = context.model.tables.get(&key).filter(|_| context.is_shared(table)) else { return };
    let gone = column.last();
    let mut lost: Vec<String> = Vec::new();
    for index in context.model.indexes_of(&key) {
        let columns: Vec<&str> =
            index.definition.elements.iter().flat_map(|e| &e.expression.columns).map(Name::last).collect();
        let predicate = index.definition.predicate.iter().flat_map(|p| &p.columns).any(|name| name.last() == gone);
        if (columns.contains(&gone) && columns.len() > 1) || predicate {
            lost.push(format!("index {}", index.name));
        }
    }
    for constraint in &known.constraints {
        let columns = columns_of(&constraint.kind);
        if columns.contains(&gone) && columns.iter().any(|name| *name != gone) {
            lost.push(format!("constraint {}", constraint.name));
        }
    }
    if !lost.is_empty() {
        out.at(effect.range, format!("dropping {table}.{column} also drops {}", lost.join(", "))).on(format!("column {table}.{column}"));
    }
}
