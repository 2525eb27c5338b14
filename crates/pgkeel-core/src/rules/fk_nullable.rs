//! Rule `fk-nullable`: a foreign key that may be NULL.

use crate::review::context::{FileContext, Out};
use crate::sql::effect::Name;

rule! {
    id: "fk-nullable",
    default: off,
    severity: Info,
    topic: Design,
    title: "A foreign key that may be NULL",
    why: "NULL passes every foreign key: a row can refer to nothing.",
    instead: "NOT NULL, unless \"refers to nothing\" is meant.",
    aliases: ["pgsafe:forbid-nullable-fk", "pg-index-health:foreign_keys_with_null_values"],
    check: File(check),
}

fn check(context: &FileContext<'_>, out: &mut Out<'_>) {
    for table in context.model.tables.values() {
        for constraint in table.constraints.iter().filter(|constraint| constraint.origin.file == context.index) {
            let Some(key) = constraint.foreign_key() else { continue };
            let nullable = |name: &&Name| table.column(name.last()).is_some_and(|column| !column.not_null) && !table.primary_key().contains(&name.last());
            if let Some(column) = key.columns.iter().find(nullable) {
                let message = format!("{}.{column} refers to {} and may be NULL", table.name, key.table);
                out.in_file(context.index, constraint.origin.range, message).on(format!("column {}.{column}", table.name));
            }
        }
    }
}
