//! Rule `replace-definition`: a view or function is replaced under running clients.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "replace-definition",
    default: off,
    severity: Info,
    topic: Clients,
    title: "A view or function is replaced under running clients",
    why: "CREATE OR REPLACE changes what running clients get from a name that they already use, from one statement to the next.",
    instead: "Make it compatible with both revisions of the application, or give the new behaviour a new name.",
    aliases: ["squawk:ban-replace-view-function"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let name = match &effect.what {
        What::CreateView(view) if view.or_replace => &view.name,
        What::CreateFunction(function) if function.or_replace => &function.name,
        _ => return,
    };
    if !context.model.made_in(&context.model.key(name), context.index) {
        out.at(name.range, format!("{name} may be in use while it is replaced")).on(name.to_string());
    }
}
