//! Rule `replace-view-incompatible`: a view is replaced by one with other columns.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "replace-view-incompatible",
    severity: Error,
    topic: Correctness,
    title: "A view is replaced by one with other columns",
    why: "CREATE OR REPLACE VIEW can only add columns at the end: a column left out, renamed, retyped or moved is refused (42P16).",
    instead: "DROP VIEW and CREATE VIEW in one transaction, with the grants, comments and options of the old one; or add the new columns at the end.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::CreateView(view) = &effect.what else { return };
    let Some(old) = context.model.views.get(&context.model.key(&view.name)).filter(|_| view.or_replace) else { return };
    let (Some(before), Some(after)) = (&old.columns, &view.columns) else { return };
    let changed = before.iter().enumerate().find(|(at, column)| after.get(*at) != Some(column));
    if let Some((at, column)) = changed {
        let message = match after.get(at) {
            Some(other) => format!("{} has {column} as its column {}, and would have {other}", view.name, at + 1),
            None => format!("{} has the column {column}, and would have it no more", view.name),
        };
        out.at(view.name.range, message).on(format!("view {}", view.name)).help(format!(
            "DROP VIEW {} and CREATE it again (made at {}), or put new columns last",
            view.name,
            context.place(old.origin)
        ));
    }
}
