//! Rule `if-not-exists-hides-drift`: IF NOT EXISTS for something that is there in another shape.

use crate::review::context::{Context, Out};
use crate::review::history_model::Table;
use crate::sql::effect::{Column, Effect, What};

rule! {
    id: "if-not-exists-hides-drift",
    severity: Warning,
    topic: Correctness,
    title: "IF NOT EXISTS for something that is there in another shape",
    why: "The statement succeeds and changes nothing: the columns it names are not made, and later statements that need them fail.",
    instead: "Write the difference as ALTER TABLE ... ADD COLUMN IF NOT EXISTS.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    match &effect.what {
        What::CreateTable(table) if table.if_not_exists => {
            let Some(known) = context.model.table(&table.name).filter(|known| known.complete) else { return };
            let missing: Vec<&str> =
                table.columns.iter().map(|column| column.name.last()).filter(|name| known.column(name).is_none()).collect();
            let others: Vec<String> = table.columns.iter().filter_map(|column| other_type(known, column)).collect();
            let mut differs = Vec::new();
            if !missing.is_empty() {
                differs.push(format!("without {}", missing.join(", ")));
            }
            differs.extend(others.iter().map(|other| format!("with {other}")));
            if !differs.is_empty() {
                let place = context.made_at(known);
                let message = format!("{} is already made at {place} {}: this changes nothing", table.name, differs.join(", "));
                out.at(table.name.range, message).on(format!("table {}", table.name));
            }
        }
        What::AddColumn { table, column, if_not_exists: true } => {
            let Some(known) = context.model.table(table) else { return };
            if let Some(other) = other_type(known, column) {
                let place = known.column(column.name.last()).map_or(known.origin, |known| known.origin);
                let message = format!("{table} already has {other} (made at {}): this changes nothing", context.place(place));
                out.at(column.name.range, message).on(format!("column {table}.{}", column.name));
            }
        }
        _ => {}
    }
}

/// The column as it is, when its type is not the one written.
fn other_type(known: &Table, column: &Column) -> Option<String> {
    let (is, wanted) = (known.column(column.name.last())?.type_name.as_ref()?, column.type_name.as_ref()?);
    (!is.is_stored_as(wanted)).then(|| format!("{} {is}", column.name))
}
