//! Rule `policy-without-row-security`: a policy on a table whose row security is off.

use crate::review::context::{FileContext, Out};

rule! {
    id: "policy-without-row-security",
    severity: Error,
    topic: Security,
    title: "A policy on a table whose row security is off",
    why: "A policy does nothing until row security is enabled on its table.",
    instead: "ALTER TABLE ... ENABLE ROW LEVEL SECURITY (and FORCE, when the application owns the table).",
    aliases: ["splinter:0007"],
    check: File(check),
}

fn check(context: &FileContext<'_>, out: &mut Out<'_>) {
    for ((table, name), (policy, origin)) in &context.model.policies {
        let Some(known) = context.model.tables.get(table).filter(|_| origin.file == context.index) else { continue };
        if !known.row_security.0 {
            let sql = format!("ALTER TABLE {} ENABLE ROW LEVEL SECURITY;", policy.table);
            out.in_file(context.index, origin.range, format!("{name} does nothing: row security is not enabled on {}", known.name))
                .on(format!("policy {name} on {}", known.name))
                .sql("enable row security", sql);
        }
    }
}
