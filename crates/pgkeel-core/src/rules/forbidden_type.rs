//! Rule `forbidden-type`: a type that the project does not want.

use crate::review::context::{Context, Out};
use super::facts::for_each_type;
use crate::sql::effect::Effect;

rule! {
    id: "forbidden-type",
    severity: Warning,
    topic: Design,
    title: "A type that the project does not want",
    why: "The project has decided against it; [review.forbidden_types] in pgkeel.toml says which, and what to use instead.",
    instead: "The type that pgkeel.toml names.",
    aliases: ["pgsafe:forbidden-column-type", "bytebase:411"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    for_each_type(&effect.what, |column, type_name| {
        let instead = context.settings.forbidden_types.iter().find(|(name, _)| {
            name.eq_ignore_ascii_case(type_name.stored()) || name.eq_ignore_ascii_case(&type_name.to_string())
        });
        if let Some((_, instead)) = instead {
            out.at(type_name.range, format!("{column} is {type_name}")).on(format!("column {column}")).help(instead.clone());
        }
    });
}
