//! Rule `required-columns`: a new table without a column that every table must have.

use crate::review::context::{FileContext, Out};

rule! {
    id: "required-columns",
    severity: Warning,
    topic: Design,
    title: "A new table without a column that every table must have",
    why: "The project counts on these columns in every table; [review] required_columns in pgkeel.toml lists them.",
    instead: "Add the column to the CREATE TABLE.",
    aliases: ["pgsafe:require-columns", "bytebase:401"],
    check: File(check),
}

fn check(context: &FileContext<'_>, out: &mut Out<'_>) {
    let new = context.new_tables.iter().filter(|table| table.complete && !table.temporary);
    for table in new {
        let missing: Vec<&str> = context
            .settings
            .required_columns
            .iter()
            .map(String::as_str)
            .filter(|column| table.column(column).is_none())
            .collect();
        if !missing.is_empty() {
            let message = format!("{} has no {}", table.name, missing.join(", no "));
            out.in_file(context.index, table.origin.range, message).on(format!("table {}", table.name));
        }
    }
}
