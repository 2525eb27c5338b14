//! Rule `add-primary-key-builds-index`: PRIMARY KEY is added and its index built at once.

use super::probe;
use crate::review::context::{Context, Out};
use crate::sql::effect::{ConstraintKind, Effect, What};

rule! {
    id: "add-primary-key-builds-index",
    severity: Error,
    topic: Locking,
    title: "PRIMARY KEY is added and its index built at once",
    why: "The index is built under ACCESS EXCLUSIVE: no reads, no writes meanwhile; and it fails at the first duplicate or NULL.",
    instead: "CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT ... PRIMARY KEY USING INDEX.",
    aliases: ["squawk:adding-serial-primary-key-field", "atlas:PG104", "atlas:PG312", "eugene:E7", "pgsafe:add-primary-key-without-index", "pgls:addingPrimaryKeyConstraint", "pgfence:add-pk-without-using-index"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let (table, constraints) = match &effect.what {
        What::AddConstraint { table, constraint } => (table, std::slice::from_ref(&**constraint)),
        What::AddColumn { table, column, .. } => (table, column.constraints.as_slice()),
        _ => return,
    };
    for constraint in constraints.iter().filter(|_| context.is_shared(table)) {
        if let ConstraintKind::PrimaryKey { using_index: None, columns } = &constraint.kind {
            let keys: Vec<String> = columns.iter().map(ToString::to_string).collect();
            let message = format!("an index on all of {table} is built while nobody can read the table");
            let hit = out.at(constraint.range, message).on(format!("table {table}"));
            // A new column has one value in all rows, or none.
            if matches!(effect.what, What::AddConstraint { .. }) {
                hit.ask_first(Some(format!("{}; {}", probe::nulls(table, &keys), probe::duplicates(table, &keys, None))));
            }
        }
    }
}
