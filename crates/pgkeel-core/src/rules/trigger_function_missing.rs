//! Rule `trigger-function-missing`: a trigger whose function no migration makes.

use crate::extension::{providing, Symbol};
use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "trigger-function-missing",
    severity: Error,
    topic: Correctness,
    title: "A trigger whose function no migration makes",
    why: "CREATE TRIGGER fails (42883) when its function is not there yet.",
    instead: "Make the function first.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::CreateTrigger(trigger) = &effect.what else { return };
    let Some(function) = &trigger.function else { return };
    let key = context.model.key(function);
    let builtin = ["suppress_redundant_updates_trigger", "tsvector_update_trigger", "tsvector_update_trigger_column"];
    let known = context.model.functions.keys().any(|known| {
        known.rsplit('.').next() == Some(function.last()) && (function.namespace().is_none() || *known == key)
    });
    let later = context.file.statements.iter().skip(context.at).flat_map(|s| &s.reading.effects).any(|later| match &later.what {
        What::CreateFunction(made) => made.name.last() == function.last(),
        _ => false,
    });
    let from_extension = providing(Symbol::Function, function.last()).is_some();
    let blind = context.model.blind_spots > 0 || !context.settings.complete;
    if known || builtin.contains(&function.last()) || from_extension || (blind && !later) {
        return;
    }
    let message = if later {
        format!("{function}() is made only below: here it does not exist yet")
    } else if context.model.dropped.contains_key(&key) {
        format!("{function}() was dropped by an earlier statement")
    } else {
        format!("no migration makes {function}()")
    };
    out.at(function.range, message).on(format!("trigger {} on {}", trigger.name, trigger.table));
}
