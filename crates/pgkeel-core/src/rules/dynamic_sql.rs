//! Rule `dynamic-sql`: SQL that only shows itself when it runs.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "dynamic-sql",
    severity: Info,
    topic: Review,
    title: "SQL that only shows itself when it runs",
    why: "EXECUTE of a text that is put together cannot be reviewed; what it locks or drops is not known.",
    instead: "Write the statement out, or rehearse the migration.",
    aliases: ["atlas:SA101", "pgsafe:unchecked-do-block"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    if effect.what == What::DynamicSql {
        out.at(effect.range, "this statement is put together when it runs: nobody can say here what it does");
    }
}
