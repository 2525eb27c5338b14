//! Rule `replace-function-incompatible`: CREATE OR REPLACE FUNCTION with another result type.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "replace-function-incompatible",
    severity: Error,
    topic: Correctness,
    title: "CREATE OR REPLACE FUNCTION with another result type",
    why: "PostgreSQL refuses to change the result type of an existing function (42P13).",
    instead: "DROP FUNCTION first, and make what depends on it again, in the same transaction.",
    aliases: ["squawk:ban-replace-view-function"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::CreateFunction(function) = &effect.what else { return };
    let known = context.model.functions.get(&context.model.key(&function.name)).into_iter().flatten();
    for old in known.filter(|old| function.or_replace && old.parameters == function.parameters) {
        if let (Some(before), Some(after)) = (&old.returns, &function.returns)
            && before != after
        {
            let message = format!("{} {before} at {}: it cannot be replaced by one that {after}", function.name, context.place(old.origin));
            out.at(function.name.range, message).on(format!("function {}", function.name));
        }
        // 42P13 too: callers may name their arguments. A parameter without a name may get one.
        let renamed = old.parameter_names.iter().zip(&function.parameter_names).find_map(|(before, after)| match (before, after) {
            (Some(before), after) if after.as_ref() != Some(before) => Some((before, after)),
            _ => None,
        });
        if let Some((before, after)) = renamed {
            let after = after.as_ref().map_or_else(|| "nothing".to_owned(), |after| format!("`{after}`"));
            let message = format!("{} names a parameter `{before}` at {}: it cannot be replaced by one that calls it {after}", function.name, context.place(old.origin));
            out.at(function.name.range, message).on(format!("function {}", function.name));
        }
    }
}
