//! Rule `drop-column`: a column is dropped.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "drop-column",
    severity: Error,
    topic: DataLoss,
    title: "A column is dropped",
    why: "Its values are gone; running clients that select or insert it fail, and so do those that cached its place.",
    instead: "Let the application ignore the column, deploy that, and drop the column afterwards.",
    aliases: ["squawk:ban-drop-column", "atlas:DS103", "strong_migrations:remove_column", "pgsafe:drop-column", "pgls:banDropColumn", "pgfence:drop-column"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::DropColumn { table, column, .. } = &effect.what else { return };
    let new = context.model.column(table, column.last()).is_some_and(|known| known.origin.file == context.index);
    if context.is_shared(table) && !new && !context.is_view(table) {
        out.at(effect.range, format!("the column {table}.{column} is dropped with its values")).on(format!("column {table}.{column}"));
    }
}
