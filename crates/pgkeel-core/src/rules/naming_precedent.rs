//! Rule `naming-precedent`: a name in another style than the project's.

use crate::review::context::{Context, Out};
use crate::review::history_model::Casing;
use crate::sql::effect::{Effect, What};

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
    let misfit = |name: &str, majority: Option<(Casing, usize)>| majority.filter(|(style, _)| !style.fits(name));
    if let Some((style, share)) = misfit(table.name.last(), context.model.table_styles.majority()) {
        let message = format!("{} is not {}, as {share} % of the tables are", table.name.last(), style.word());
        out.at(table.name.range, message).on(format!("table {}", table.name));
    }
    let majority = context.model.column_styles.majority();
    let mut columns = table.columns.iter().map(|column| &column.name);
    if let Some((name, (style, share))) = columns.find_map(|name| misfit(name.last(), majority).map(|found| (name, found))) {
        let message = format!("{}.{} is not {}, as {share} % of the columns are", table.name, name.last(), style.word());
        out.at(name.range, message).on(format!("table {}", table.name));
    }
}
