//! Rule `primary-key-using-nullable`: a primary key over a column that may be NULL.

use crate::review::context::{Context, Out};
use crate::sql::effect::{ConstraintKind, Effect, What};

rule! {
    id: "primary-key-using-nullable",
    severity: Warning,
    topic: Locking,
    title: "A primary key over a column that may be NULL",
    why: "PRIMARY KEY sets NOT NULL, so the whole table is read under ACCESS EXCLUSIVE even USING INDEX.",
    instead: "First make the column NOT NULL by way of a validated CHECK.",
    aliases: ["eugene:W14", "atlas:PG304", "pgfence:add-pk-using-index-nullable"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::AddConstraint { table, constraint } = &effect.what else { return };
    let ConstraintKind::PrimaryKey { using_index: Some(index), .. } = &constraint.kind else { return };
    let namespace = table.namespace().unwrap_or("public");
    let Some(known) = context.model.indexes.get(&format!("{namespace}.{}", index.last())) else { return };
    let columns = known.definition.elements.iter().filter_map(|element| element.column.as_ref());
    for column in columns {
        let nullable = context.model.column(table, column.last()).is_some_and(|known| !known.not_null);
        if nullable && context.is_shared(table) {
            let message = format!("{column} may be NULL, so every row of {table} is read while nobody can use the table");
            out.at(constraint.range, message).on(format!("table {table}"));
        }
    }
}
