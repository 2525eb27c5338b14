//! Rule `truncate-table`: a table is emptied.

use super::facts::emptied_along;
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
    let What::Truncate { tables, cascade } = &effect.what else { return };
    // With CASCADE, `truncate-cascade` says it, unless it takes nothing along.
    if *cascade && emptied_along(context, tables).is_some() {
        return;
    }
    for table in tables.iter().filter(|table| context.is_shared(table)) {
        out.at(effect.range, format!("every row of {table} is removed")).on(format!("table {table}"));
    }
}
