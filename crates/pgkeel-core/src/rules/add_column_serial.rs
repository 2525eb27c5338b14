//! Rule `add-column-serial`: a serial column is added to an existing table.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "add-column-serial",
    severity: Error,
    topic: Locking,
    title: "A serial column is added to an existing table",
    why: "serial is an integer with DEFAULT nextval(...), which differs per row: the table and its indexes are rewritten under ACCESS EXCLUSIVE.",
    instead: "Add a plain bigint column and a sequence, SET DEFAULT nextval(...), fill old rows in batches, then build the unique index CONCURRENTLY.",
    aliases: ["eugene:E11", "strong_migrations:add_column_auto_incrementing", "pgsafe:add-column-serial", "pgls:addSerialColumn", "pgfence:add-column-serial", "squawk:adding-field-with-default"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::AddColumn { table, column, .. } = &effect.what else { return };
    let Some(type_name) = column.type_name.as_ref().filter(|type_name| type_name.is_serial()) else { return };
    if context.is_shared(table) {
        let message = format!("{} numbers every existing row of {table}: the table is rewritten", type_name.name);
        out.at(type_name.range, message).on(format!("table {table}"));
    }
}
