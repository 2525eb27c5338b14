//! Rule `timestamp-nullable`: created_at or updated_at that may be NULL.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, TextRange, What};

rule! {
    id: "timestamp-nullable",
    severity: Info,
    topic: Design,
    title: "created_at or updated_at that may be NULL",
    why: "A row without the moment of its making cannot be ordered; a column of that name is expected to be always set.",
    instead: "NOT NULL DEFAULT now().",
    aliases: [],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let (table, columns) = match &effect.what {
        What::CreateTable(table) => (&table.name, table.columns.iter().collect::<Vec<_>>()),
        What::AddColumn { table, column, .. } => (table, vec![&**column]),
        _ => return,
    };
    for column in columns {
        let bare: String = column.name.last().chars().filter(|c| *c != '_').collect::<String>().to_lowercase();
        let times = ["createdat", "updatedat", "createdon", "updatedon"];
        let timestamp = column.type_name.as_ref().is_some_and(|t| matches!(t.name.as_str(), "timestamp" | "timestamptz"));
        if times.contains(&bare.as_str()) && timestamp && !(column.not_null && column.default.is_some()) {
            let missing = match (column.not_null, column.default.is_some()) {
                (false, true) => "may be NULL",
                (true, _) => "has no default",
                (false, false) => "may be NULL and has no default",
            };
            let mut addition = String::new();
            if !column.not_null {
                addition.push_str(" NOT NULL");
            }
            if column.default.is_none() {
                addition.push_str(" DEFAULT now()");
            }
            let end = TextRange::new(column.range.end, column.range.end);
            out.at(column.range, format!("{table}.{} {missing}", column.name))
                .on(format!("column {table}.{}", column.name))
                .fix("always set it", vec![(end, addition)]);
        }
    }
}
