//! Rule `table-without-primary-key`: a table without a primary key.

use crate::review::context::{FileContext, Out};
use crate::sql::effect::ConstraintKind;

rule! {
    id: "table-without-primary-key",
    severity: Warning,
    topic: Design,
    title: "A table without a primary key",
    why: "Rows cannot be told apart; logical replication refuses updates and deletes; most ORMs need one.",
    instead: "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, or the natural key.",
    aliases: ["pgsafe:require-primary-key", "bytebase:601", "splinter:0004", "pglinter:B001", "pgls:tableWithoutPrimaryKey"],
    check: File(check),
}

fn check(context: &FileContext<'_>, out: &mut Out<'_>) {
    for table in context.new_tables {
        let partition = table.partition_of.is_some();
        if table.complete && !table.temporary && !partition && !table.columns.is_empty() && table.primary_key().is_empty() {
            let keyed = table.constraints.iter().any(|c| matches!(c.kind, ConstraintKind::PrimaryKey { .. }));
            if !keyed {
                out.in_file(context.index, table.origin.range, format!("{} has no primary key", table.name)).on(format!("table {}", table.name));
            }
        }
    }
}
