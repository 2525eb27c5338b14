//! Rule `add-column-stored-generated`: a stored generated column is added to an existing table.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, Generated, What};

rule! {
    id: "add-column-stored-generated",
    severity: Error,
    topic: Locking,
    title: "A stored generated column is added to an existing table",
    why: "GENERATED ALWAYS AS (...) STORED computes a value for every existing row: the table and its indexes are rewritten under ACCESS EXCLUSIVE.",
    instead: "Add an ordinary column, keep it up to date with a trigger, fill old rows in batches; or use GENERATED ... VIRTUAL on PostgreSQL 18.",
    aliases: ["squawk:adding-field-with-default", "eugene:E11", "strong_migrations:add_column_generated_stored", "atlas:PG309", "pgsafe:add-column-generated-stored", "pgls:addSerialColumn", "pgls:addingFieldWithDefault"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::AddColumn { table, column, .. } = &effect.what else { return };
    if column.generated == Some(Generated::Stored) && context.is_shared(table) {
        let message = format!("the generated column {}.{} is computed for every row: the table is rewritten", table, column.name);
        out.at(column.range, message).on(format!("table {table}"));
    }
}
