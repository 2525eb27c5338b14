//! Rule `ban-char`: a blank-padded char(n).

use crate::review::context::{Context, Out};
use crate::sql::effect::Effect;
use super::facts::for_each_type;

rule! {
    id: "ban-char",
    severity: Warning,
    topic: Design,
    title: "A blank-padded char(n)",
    why: "It pads with blanks, compares without them, and is neither faster nor smaller than text.",
    instead: "text or varchar(n), with a CHECK on the length where it must be exact.",
    aliases: ["squawk:ban-char-field", "pgls:banCharField", "pgfence:ban-char-field"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    for_each_type(&effect.what, |column, type_name| {
        if type_name.name == "char" && type_name.namespace.is_none() {
            out.at(type_name.range, format!("{column} is {type_name}, which pads its values with blanks")).on(format!("column {column}"));
        }
    });
}
