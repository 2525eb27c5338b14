//! Rule `type-narrowing`: a type becomes narrower.

use crate::finding::Severity;
use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};
use super::facts::is_narrower;
use super::probe;

rule! {
    id: "type-narrowing",
    severity: Error,
    topic: DataLoss,
    title: "A type becomes narrower",
    why: "Values that do not fit make the statement fail; with USING col::varchar(n) they are cut silently.",
    instead: "First ask how many values are too long or too large, and settle what becomes of them; then add a CHECK NOT VALID and validate it before changing the type.",
    aliases: ["squawk:changing-column-type"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::AlterColumnType { table, column, to, using, .. } = &effect.what else { return };
    let Some(from) = context.model.column(table, column.last()).and_then(|known| known.type_name.as_ref()) else { return };
    if !context.is_shared(table) || !is_narrower(from, to) {
        return;
    }
    let cut = if using.is_some() { "may be cut or fail" } else { "make it fail" };
    let message = format!("{table}.{column} goes from {from} to {to}: values that do not fit {cut}");
    let mut hit = out.at(effect.range, message).on(format!("column {table}.{column}"));
    let before = context.file.up().filter(|(at, _)| *at < context.at).flat_map(|(_, statement)| &statement.reading.effects);
    let prepared = before.into_iter().any(|effect| matches!(&effect.what, What::Update { table: on, .. } if on.parts == table.parts));
    if prepared {
        // The file has dealt with the rows; only what is written in between can still fail.
        hit = hit.severity(Severity::Warning);
    }
    hit.ask_first(probe::misfits(table, column, from, to));
}
