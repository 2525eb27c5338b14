//! Rule `definer-search-path`: SECURITY DEFINER without a fixed search_path.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, TextRange, What};

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

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::CreateFunction(function) = &effect.what else { return };
    if function.security_definer && !function.sets_search_path {
        let place = TextRange::new(function.options.end, function.options.end);
        out.at(function.name.range, format!("{} runs with its owner's rights under the caller's search_path", function.name))
            .on(format!("function {}", function.name))
            .fix("fix the search_path", vec![(place, " SET search_path = pg_catalog, public, pg_temp".to_owned())]);
    }
}
