//! Rule `row-security-not-forced`: row-level security that the owner does not obey.

use crate::review::context::{FileContext, Out};
use crate::sql::effect::What;

rule! {
    id: "row-security-not-forced",
    default: off,
    severity: Info,
    topic: Security,
    title: "Row-level security that the owner does not obey",
    why: "Policies do not apply to the owner of the table, and applications often connect as the owner: then nothing is kept apart.",
    instead: "ALTER TABLE ... FORCE ROW LEVEL SECURITY, or a role for the application that owns nothing.",
    aliases: [],
    check: File(check),
}

fn check(context: &FileContext<'_>, out: &mut Out<'_>) {
    for (_, statement) in context.file.up() {
        for effect in &statement.reading.effects {
            let What::RowSecurity { table, enable: Some(true), .. } = &effect.what else { continue };
            if context.model.table(table).is_none_or(|known| !known.row_security.1) {
                let range = effect.range.shifted(statement.range.start);
                out.in_file(context.index, range, format!("the owner of {table} sees every row")).on(format!("table {table}"));
            }
        }
    }
}
