//! Rule `ban-money`: the type money.

use crate::review::context::{Context, Out};
use crate::sql::effect::Effect;
use super::facts::for_each_type;

rule! {
    id: "ban-money",
    severity: Warning,
    topic: Design,
    title: "The type money",
    why: "Its digits and its sign depend on lc_monetary of the session: the same value reads differently elsewhere.",
    instead: "numeric, with the currency in a column of its own.",
    aliases: [],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    for_each_type(&effect.what, |column, type_name| {
        if type_name.name == "money" {
            out.at(type_name.range, format!("{column} is money, which depends on the locale")).on(format!("column {column}"));
        }
    });
}
