//! Rule `ban-timetz`: the type time with time zone.

use crate::review::context::{Context, Out};
use crate::sql::effect::Effect;
use super::facts::for_each_type;

rule! {
    id: "ban-timetz",
    severity: Warning,
    topic: Design,
    title: "The type time with time zone",
    why: "An offset without a date cannot follow summer time; PostgreSQL itself advises against it.",
    instead: "timestamptz, or time beside the name of a zone.",
    aliases: [],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    for_each_type(&effect.what, |column, type_name| {
        if type_name.name == "timetz" {
            out.at(type_name.range, format!("{column} is time with time zone")).on(format!("column {column}"));
        }
    });
}
