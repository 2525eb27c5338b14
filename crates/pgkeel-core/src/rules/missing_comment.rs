//! Rule `missing-comment`: a new table or column without a comment.

use crate::review::context::{FileContext, Out};
use crate::sql::effect::What;

rule! {
    id: "missing-comment",
    severity: Info,
    topic: Design,
    title: "A new table or column without a comment",
    why: "The project explains its tables and columns with COMMENT ON; this one is left unexplained.",
    instead: "COMMENT ON TABLE ... IS '...'; COMMENT ON COLUMN ... IS '...';",
    aliases: ["pgsafe:require-comment", "bytebase:comment", "pgls:missingComment"],
    check: File(check),
}

fn check(context: &FileContext<'_>, out: &mut Out<'_>) {
    let others = || context.model.tables.values().filter(|table| table.origin.file != context.index);
    let commented_tables = others().filter(|table| table.comment).count();
    let commented_columns = others().flat_map(|table| &table.columns).filter(|column| column.comment).count();
    let asked = context.settings.rules.contains_key("missing-comment");
    let precedent = commented_tables + commented_columns > 0 || asked;
    let here_too = context.file.up().any(|(_, s)| s.reading.effects.iter().any(|e| matches!(e.what, What::Comment { .. })));
    for table in context.model.tables.values() {
        let new = table.origin.file == context.index;
        if new && !table.comment && (precedent || here_too) && !table.temporary {
            out.in_file(context.index, table.origin.range, format!("{} has no comment, as other tables have", table.name)).on(format!("table {}", table.name));
        }
        for column in table.columns.iter().filter(|column| !new && column.origin.file == context.index && !column.comment) {
            if precedent || here_too {
                let message = format!("{}.{} has no comment, as other columns have", table.name, column.name);
                out.in_file(context.index, column.origin.range, message).on(format!("column {}.{}", table.name, column.name));
            }
        }
    }
}
