//! Rule `prefer-timestamptz`: timestamp without a time zone.

use crate::review::context::{Context, Out};
use crate::sql::effect::Effect;
use super::facts::for_each_type;

rule! {
    id: "prefer-timestamptz",
    severity: Warning,
    topic: Design,
    title: "timestamp without a time zone",
    why: "It stores what a wall clock somewhere showed; which moment that was depends on who wrote it, and summer time makes one hour ambiguous.",
    instead: "timestamptz, which stores the moment.",
    aliases: ["squawk:prefer-timestamp-tz", "squawk:prefer-timestamptz", "pgls:preferTimestamptz", "pgfence:prefer-timestamptz"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    for_each_type(&effect.what, |column, type_name| {
        if type_name.name == "timestamp" && type_name.namespace.is_none() {
            out.at(type_name.range, format!("{column} is a timestamp without a time zone")).on(format!("column {column}"));
        }
    });
}
