//! Rule `replace-view-loses-options`: CREATE OR REPLACE VIEW without the options the view had.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "replace-view-loses-options",
    severity: Error,
    topic: Security,
    title: "CREATE OR REPLACE VIEW without the options the view had",
    why: "Replacing a view without WITH (...) clears its options: without security_invoker it reads with the rights of its owner again, past row security.",
    instead: "Repeat the options in CREATE OR REPLACE VIEW.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::CreateView(view) = &effect.what else { return };
    let Some(known) = context.model.views.get(&context.model.key(&view.name)) else { return };
    let guards = ["security_invoker", "security_barrier"];
    let lost: Vec<&str> =
        guards.into_iter().filter(|option| known.options.contains(option) && !view.options.contains(option)).collect();
    if view.or_replace && !lost.is_empty() {
        let message = format!("{} has {} since {}, and loses it here", view.name, lost.join(" and "), context.place(known.origin));
        out.at(view.name.range, message).on(format!("view {}", view.name));
    }
}
