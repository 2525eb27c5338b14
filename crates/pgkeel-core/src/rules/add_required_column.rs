//! Rule `add-required-column`: a column is added that every insert must give.

use crate::finding::Severity;
use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, TypeName, What};

rule! {
    id: "add-required-column",
    severity: Error,
    topic: Clients,
    title: "A column is added that every insert must give",
    why: "NOT NULL without a default fails at once when the table has a row; when it has none, running clients that do not know the column cannot insert any more.",
    instead: "Add it nullable or with a constant default; set NOT NULL when every client writes it.",
    aliases: ["squawk:adding-required-field", "atlas:MF103", "pgls:addingRequiredField", "pgfence:add-column-not-null-no-default", "strong_migrations:add_column_not_null", "pgsafe:add-column-not-null-no-default"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::AddColumn { table, column, .. } = &effect.what else { return };
    let serial = column.type_name.as_ref().is_some_and(TypeName::is_serial);
    let given = column.default.as_ref().is_some_and(|default| !default.is_null()) || column.generated.is_some() || serial;
    // Rows that this file wrote are rows, too.
    let written = context.progress.written.contains(&context.model.key(table)) && !context.progress.emptied.contains(&context.model.key(table));
    if !column.not_null || given || !(written || context.is_shared(table)) {
        return;
    }
    if context.progress.emptied.contains(&context.model.key(table)) {
        let message = format!("{table}.{} is NOT NULL without a default: clients that do not know it cannot insert", column.name);
        out.at(column.range, message).on(format!("column {table}.{}", column.name)).severity(Severity::Warning);
        return;
    }
    let message = format!("{table}.{} is NOT NULL without a default: it fails as soon as {table} has a row", column.name);
    out.at(column.range, message).on(format!("column {table}.{}", column.name));
}
