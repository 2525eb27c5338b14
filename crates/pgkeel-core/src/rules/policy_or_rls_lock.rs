//! Rule `policy-or-rls-lock`: row security is changed on an existing table.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "policy-or-rls-lock",
    severity: Info,
    topic: Locking,
    title: "Row security is changed on an existing table",
    why: "CREATE, ALTER and DROP POLICY, ENABLE and FORCE ROW LEVEL SECURITY take ACCESS EXCLUSIVE: reads and writes wait until the transaction ends.",
    instead: "Keep the transaction short; set a lock_timeout (pgkeel does).",
    aliases: ["squawk:ban-create-policy"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let table = match &effect.what {
        What::CreatePolicy(policy) | What::AlterPolicy(policy) => &policy.table,
        What::RowSecurity { table, .. } => table,
        _ => return,
    };
    if context.is_shared(table) {
        out.at(effect.range, format!("reads and writes of {table} wait until this transaction ends")).on(format!("table {table}"));
    }
}
