//! Rule `truncate-cascade`: TRUNCATE CASCADE empties other tables too.

use crate::review::context::{Context, Out};
use super::facts::emptied_along;
use crate::sql::effect::{Effect, What};

rule! {
    id: "truncate-cascade",
    severity: Error,
    topic: DataLoss,
    title: "TRUNCATE CASCADE empties other tables too",
    why: "Every table with a foreign key to it, and every table with one to those, is emptied.",
    instead: "Name the tables that shall be emptied.",
    aliases: ["squawk:ban-truncate-cascade", "pgls:banTruncateCascade", "pgfence:truncate-cascade"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Truncate { tables, cascade: true } = &effect.what else { return };
    let Some(others) = emptied_along(context, tables) else { return };
    let known = if others.is_empty() { String::new() } else { format!(", at least {}", others.join(", ")) };
    out.at(effect.range, format!("every table that refers to these is emptied too{known}"));
}
