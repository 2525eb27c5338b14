//! Rule `select-star-view-frozen`: a view with SELECT * does not see the new column.

use crate::review::context::{Context, Out};
use crate::review::history_model::{View, short};
use crate::sql::effect::{Effect, Name, ObjectKind, What};
use super::facts::recreated_later;

rule! {
    id: "select-star-view-frozen",
    severity: Warning,
    topic: Clients,
    title: "A view with SELECT * does not see the new column",
    why: "The star was expanded when the view was made; a column added later is not in it.",
    instead: "CREATE OR REPLACE the view after adding the column, with the columns named.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::AddColumn { table, column, .. } = &effect.what else { return };
    let key = context.model.key(table);
    let frozen = |view: &&View| view.star && view.uses.stars.contains(&None) && view.uses.relations.len() == 1;
    for view in context.model.views_on(&key).filter(frozen) {
        let name = Name::plain(short(&view.name), column.range);
        if !recreated_later(context, ObjectKind::View, &name) {
            let message = format!("{} selects * from {table} (made at {}) and will not show {}", short(&view.name), context.place(view.origin), column.name);
            out.at(column.range, message).on(format!("view {}", short(&view.name)));
        }
    }
}
