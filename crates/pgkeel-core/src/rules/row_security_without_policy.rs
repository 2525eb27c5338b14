//! Rule `row-security-without-policy`: row security without a policy.

use crate::review::context::{FileContext, Out};
use crate::sql::effect::What;

rule! {
    id: "row-security-without-policy",
    severity: Warning,
    topic: Security,
    title: "Row security without a policy",
    why: "Nobody but the owner sees a row.",
    instead: "Add the policies in the same migration.",
    aliases: ["splinter:0008"],
    check: File(check),
}

fn check(context: &FileContext<'_>, out: &mut Out<'_>) {
    for (_, statement) in context.file.up() {
        for effect in &statement.reading.effects {
            let What::RowSecurity { table, enable: Some(true), .. } = &effect.what else { continue };
            let key = context.model.key(table);
            if context.model.tables.contains_key(&key) && !context.model.policies.keys().any(|(on, _)| *on == key) {
                let range = effect.range.shifted(statement.range.start);
                out.in_file(context.index, range, format!("{table} has row security and no policy: only its owner sees rows")).on(format!("table {table}"));
            }
        }
    }
}
