//! Rule `naming-precedent`: a name in another style than the project's.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};
use super::naming::Casing;

rule! {
    id: "naming-precedent",
    severity: Info,
    topic: Design,
    title: "A name in another style than the project's",
    why: "Most tables or columns of the project are written one way (snake_case, camelCase, PascalCase); this one is not, so every query must remember it.",
    instead: "Follow the style of the others.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::CreateTable(table) = &effect.what else { return };
    let tables: Vec<&str> = context.model.tables.values().map(|table| table.name.as_str()).collect();
    if let Some((style, share)) = Casing::majority(&tables).filter(|(style, _)| !style.fits(table.name.last())) {
        let message = format!("{} is not {}, as {share} % of the tables are", table.name.last(), style.word());
        out.at(table.name.range, message).on(format!("table {}", table.name));
    }
    let columns: Vec<&str> = context.model.tables.values().flat_map(|t| &t.columns).map(|column| column.name.as_str()).collect();
    if let Some((style, share)) = Casing::majority(&columns)
        && let Some(column) = table.columns.iter().find(|column| !style.fits(column.name.last()))
    {
            let message = format!("{}.{} is not {}, as {share} % of the columns are", table.name, column.name.last(), style.word());
            out.at(column.name.range, message).on(format!("table {}", table.name));
    }
}
