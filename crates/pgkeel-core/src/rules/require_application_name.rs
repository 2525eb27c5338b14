//! Rule `require-application-name`: locks by a session without a name.

use crate::review::context::{Context, Out};
use crate::sql::effect::{What, locks};

rule! {
    id: "require-application-name",
    default: off,
    severity: Info,
    topic: Locking,
    title: "Locks by a session without a name",
    why: "Whoever looks for what blocks the database sees a nameless session in pg_stat_activity. pgkeel names its own sessions, so the rule is off unless another runner is used.",
    instead: "SET application_name = 'migration 0042';",
    aliases: ["pgfence:missing-application-name"],
    check: Statement(check),
}

fn check(context: &Context<'_>, out: &mut Out<'_>) {
    let before = context.file.statements.iter().take(context.at + 1).flat_map(|statement| &statement.reading.effects);
    let set = |what: &What| matches!(what, What::Set { name, .. } if name == "application_name");
    if before.into_iter().any(|effect| set(&effect.what)) {
        return;
    }
    for effect in context.effects() {
        let strong = locks(&effect.what).into_iter().find(|(table, mode)| mode.blocks_writes() && context.is_shared(table));
        if let Some((table, mode)) = strong {
            out.at(effect.range, format!("{mode} on {table} is taken by a session without a name")).on(format!("table {table}"));
            return;
        }
    }
}
