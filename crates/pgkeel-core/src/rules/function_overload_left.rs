//! Rule `function-overload-left`: CREATE OR REPLACE FUNCTION with other parameters leaves the old function.

use crate::review::context::{Context, Out};
use crate::review::history_model::short;
use crate::sql::effect::{Effect, What};

rule! {
    id: "function-overload-left",
    severity: Warning,
    topic: Clients,
    title: "CREATE OR REPLACE FUNCTION with other parameters leaves the old function",
    why: "A function is replaced only when its parameter types are the same; otherwise there are two of one name, and calls may be ambiguous or reach the old one.",
    instead: "DROP FUNCTION with the old parameters in the same migration.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::CreateFunction(function) = &effect.what else { return };
    let Some(known) = context.model.functions.get(&context.model.key(&function.name)) else { return };
    let others = || known.iter().filter(|old| old.origin.file != context.index);
    if function.or_replace && others().next().is_some() && known.iter().all(|old| old.parameters != function.parameters) {
        let signatures: Vec<String> =
            others().map(|old| format!("{}({})", short(&old.name), old.parameters.join(", "))).collect();
        let message = format!("{} has other parameters than {}, which stays beside it", function.name, signatures.join(" and "));
        out.at(function.name.range, message).on(format!("function {}", function.name));
    }
}
