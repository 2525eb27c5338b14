//! Rule `alter-timestamp-timezone`: a change between timestamp and timestamptz.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, TextRange, What};
use super::facts::{Rewrite, rewrite_of};

rule! {
    id: "alter-timestamp-timezone",
    severity: Error,
    topic: Locking,
    title: "A change between timestamp and timestamptz",
    why: "Old values are read in the session's time zone: with any zone but UTC the values shift and the table is rewritten under ACCESS EXCLUSIVE. With SET LOCAL timezone = 'UTC' nothing is rewritten.",
    instead: "Run SET LOCAL timezone = 'UTC' before it when the old values are UTC; otherwise say the zone with USING col AT TIME ZONE '...' and expect a rewrite.",
    aliases: ["strong_migrations:change_column", "squawk:changing-column-type", "atlas:PG301"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::AlterColumnType { table, column, to, using, .. } = &effect.what else { return };
    let from = context.model.column(table, column.last()).and_then(|known| known.type_name.as_ref());
    if using.is_some() || !context.is_shared(table) || rewrite_of(&effect.what, from, context) != Rewrite::UnlessUtc {
        return;
    }
    let message = format!("{table}.{column} becomes {to}: its values shift and the table is rewritten unless the session's time zone is UTC");
    let place = TextRange::new(0, 0);
    out.at(effect.range, message).on(format!("column {table}.{column}")).fix(
        "set the time zone of the transaction to UTC",
        vec![(place, "SET LOCAL timezone = 'UTC';\n".to_owned())],
    );
}
