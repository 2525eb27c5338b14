//! Rule `drop-database`: a database is dropped.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, ObjectKind, What};

rule! {
    id: "drop-database",
    severity: Error,
    topic: DataLoss,
    title: "A database is dropped",
    why: "Everything in it is gone, and it cannot be rolled back.",
    instead: "Do not do this in a migration.",
    aliases: ["squawk:ban-drop-database", "pgls:banDropDatabase", "pgfence:drop-database", "pgsafe:drop-database"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Drop { kind: ObjectKind::Database, names, .. } = &effect.what else { return };
    for name in names {
        out.at(effect.range, format!("the database {name} is dropped")).on(format!("database {name}"));
    }
}
