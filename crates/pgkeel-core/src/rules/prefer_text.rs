//! Rule `prefer-text`: varchar(n) instead of text.

use crate::review::context::{Context, Out};
use crate::sql::effect::Effect;
use super::facts::for_each_type;

rule! {
    id: "prefer-text",
    default: off,
    severity: Info,
    topic: Design,
    title: "varchar(n) instead of text",
    why: "A change of the limit is a migration; text with a CHECK is as fast and easier to change.",
    instead: "text, with CHECK (char_length(col) <= n) where a limit is meant.",
    aliases: ["squawk:prefer-text-field", "pgls:preferTextField", "pgfence:prefer-text-field"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    for_each_type(&effect.what, |column, type_name| {
        if type_name.name == "varchar" && !type_name.modifiers.is_empty() {
            out.at(type_name.range, format!("{column} is {type_name}")).on(format!("column {column}"));
        }
    });
}
