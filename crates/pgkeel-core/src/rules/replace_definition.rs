//! Rule `replace-definition`: a view, function, trigger, rule or aggregate is replaced under running clients.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, ObjectKind, What};

rule! {
    id: "replace-definition",
    default: off,
    severity: Info,
    topic: Clients,
    title: "A view, function, trigger, rule or aggregate is replaced under running clients",
    why: "CREATE OR REPLACE changes what running clients get from a name that they already use, from one statement to the next.",
    instead: "Make it compatible with both revisions of the application, or give the new behaviour a new name.",
    aliases: ["squawk:ban-replace-view-function"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let name = match &effect.what {
        What::CreateView(view) if view.or_replace => &view.name,
        What::CreateFunction(function) if function.or_replace => &function.name,
        What::CreateTrigger(trigger) if trigger.or_replace && context.is_shared(&trigger.table) => &trigger.name,
        What::CreateRule { name, table } if replaces(context) && context.is_shared(table) => name,
        What::CreateOther { kind: ObjectKind::Aggregate, name: Some(name) } if replaces(context) => name,
        _ => return,
    };
    if !context.model.made_in(&context.model.key(name), context.index) {
        out.at(name.range, format!("{name} may be in use while it is replaced")).on(name.to_string());
    }
}

/// Whether the statement begins with `CREATE OR REPLACE`.
fn replaces(context: &Context<'_>) -> bool {
    let words = context.text().split_whitespace().take(3).map(str::to_lowercase);
    words.eq(["create", "or", "replace"].map(str::to_owned))
}
