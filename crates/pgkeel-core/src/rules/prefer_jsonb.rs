//! Rule `prefer-jsonb`: json instead of jsonb.

use crate::review::context::{Context, Out};
use crate::sql::effect::Effect;
use super::facts::for_each_type;

rule! {
    id: "prefer-jsonb",
    severity: Warning,
    topic: Design,
    title: "json instead of jsonb",
    why: "json has no equality: SELECT DISTINCT, GROUP BY, UNION and unique constraints over it fail, and it cannot be indexed.",
    instead: "jsonb, unless the exact text must be kept.",
    aliases: ["eugene:E3", "strong_migrations:add_column_json", "pgsafe:prefer-jsonb", "pgls:preferJsonb", "pgfence:add-column-json"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    for_each_type(&effect.what, |column, type_name| {
        if type_name.name == "json" && !type_name.array {
            out.at(type_name.range, format!("{column} is json, which has no equality"))
                .fix("use jsonb", vec![(type_name.range, "jsonb".to_owned())]);
        }
    });
}
