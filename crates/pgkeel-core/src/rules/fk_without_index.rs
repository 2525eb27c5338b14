//! Rule `fk-without-index`: a foreign key without an index.

use crate::review::context::{Out, ProjectContext};
use crate::sql::effect::{Name, TextRange};
use crate::sql::given_name::{free, of_keys};
use crate::sql::ident::{Ident, qualified};

rule! {
    id: "fk-without-index",
    severity: Warning,
    topic: Design,
    title: "A foreign key without an index",
    why: "Every delete of a referenced row, and every update of its key, reads the whole referencing table; so do joins from the other side.",
    instead: "CREATE INDEX on the referencing columns (CONCURRENTLY on an existing table).",
    aliases: ["eugene:E15", "pgsafe:fk-without-covering-index", "pgfence:fk-missing-index", "splinter:0001", "pglinter:B003", "pg-index-health:foreign_keys_without_index"],
    check: Project(check),
}

fn check(context: &ProjectContext<'_>, out: &mut Out<'_>) {
    for (key, table) in &context.model.tables {
        for constraint in &table.constraints {
            let Some(foreign) = constraint.foreign_key() else { continue };
            let columns: Vec<&str> = foreign.columns.iter().map(Name::last).collect();
            if table.temporary || context.model.covered(key, &columns) {
                continue;
            }
            let message = format!("{}({}) refers to {} and has no index", table.name, columns.join(", "), foreign.table);
            let list: Vec<String> = columns.iter().map(|column| Ident(column).to_string()).collect();
            let name = free(&table.name, Some(&of_keys(columns.iter().copied().map(Some))), "idx", &|name| {
                context.model.is_relation(&table.namespace, name)
            });
            let on = if table.namespace == "public" { Ident(&table.name).to_string() } else { qualified(&table.namespace, &table.name) };
            let sql = format!("CREATE INDEX {} ON {on} ({});", Ident(&name), list.join(", "));
            let Some(file) = context.files.get(constraint.origin.file) else { continue };
            let statement = file.statements.get(constraint.origin.statement);
            let new = table.origin.file == constraint.origin.file;
            // The reference itself, within the statement that wrote it.
            let start = statement.map_or(constraint.origin.range.start, |statement| statement.range.start);
            let hit = out.in_file(constraint.origin.file, foreign.reference.shifted(start), message).on(format!("table {}", table.name));
            let end = statement.map(|statement| statement.range.end).filter(|_| new);
            match end {
                // After the statement and its semicolon, when there is one.
                Some(end) => {
                    let semicolon = file.text.get(end..).is_some_and(|rest| rest.trim_start().starts_with(';'));
                    let rest = file.text.get(end..).unwrap_or_default();
                    let place = if semicolon { end + rest.find(';').unwrap_or(0) + 1 } else { end };
                    let before = if semicolon { "" } else { ";" };
                    hit.fix("add the index", vec![(TextRange::new(place, place), format!("{before}\n{sql}"))]);
                }
                None => {
                    hit.sql("add the index in a migration of its own", sql.replacen("CREATE INDEX", "CREATE INDEX CONCURRENTLY", 1));
                }
            }
        }
    }
}
