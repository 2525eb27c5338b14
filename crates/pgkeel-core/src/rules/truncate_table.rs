//! Rule `truncate-table`: a table is emptied.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "truncate-table",
    severity: Error,
    topic: DataLoss,
    title: "A table is emptied",
    why: "TRUNCATE removes every row under ACCESS EXCLUSIVE, without running DELETE triggers.",
    instead: "Delete in batches what must go, after a backup.",
    aliases: ["pgls:banTruncate", "pgsafe:truncate", "pgfence:truncate"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Truncate { tables, cascade: false } = &effect.what else { return };
    for table in tables.iter().filter(|table| context.is_shared(table)) {
        out.at(effect.range, format!("every row of {table} is removed")).on(format!("table {table}"));
    }
}
