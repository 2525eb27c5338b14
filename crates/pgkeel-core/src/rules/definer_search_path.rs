//! Rule `definer-search-path`: SECURITY DEFINER without a fixed search_path.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, Name, TextRange, What};

rule! {
    id: "definer-search-path",
    severity: Warning,
    topic: Security,
    title: "SECURITY DEFINER without a fixed search_path",
    why: "The function runs with its owner's rights and finds tables and operators by the caller's search_path: a caller can put its own in the way.",
    instead: "SET search_path = '' (or a list that ends with pg_temp), with every name qualified.",
    aliases: ["splinter:0011", "pgspot:PS003"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let (name, options, own) = match &effect.what {
        What::CreateFunction(function) if function.security_definer => {
            (&function.name, function.options, function.sets_search_path)
        }
        What::AlterRoutine { name, security_definer: Some(true), sets_search_path, options, .. } => {
            let overloads = context.model.functions.get(&context.model.key(name));
            let before = overloads.is_some_and(|all| all.iter().all(|routine| routine.sets_search_path));
            (name, *options, *sets_search_path || before)
        }
        _ => return,
    };
    if own || mended_later(context, name) {
        return;
    }
    let place = TextRange::new(options.end, options.end);
    out.at(name.range, format!("{name} runs with its owner's rights under the caller's search_path"))
        .on(format!("function {name}"))
        .fix("fix the search_path", vec![(place, " SET search_path = pg_catalog, public, pg_temp".to_owned())]);
}

/// Whether a later statement of the file sets the function's search_path, or takes the owner's rights away again.
fn mended_later(context: &Context<'_>, function: &Name) -> bool {
    let later = context.file.up().filter(|(at, _)| *at > context.at).flat_map(|(_, s)| &s.reading.effects);
    later.into_iter().any(|effect| match &effect.what {
        What::AlterRoutine { name, sets_search_path, security_definer, .. } => {
            (*sets_search_path || *security_definer == Some(false)) && context.model.key(name) == context.model.key(function)
        }
        _ => false,
    })
}
