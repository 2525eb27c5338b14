//! Rule `row-security-disabled`: row security is switched off.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "row-security-disabled",
    severity: Error,
    topic: Security,
    title: "Row security is switched off",
    why: "Every role with rights on the table sees and changes every row from now on.",
    instead: "Change the policies instead.",
    aliases: ["squawk:ban-alter-row-level-security"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    match &effect.what {
        What::RowSecurity { table, enable: Some(false), .. } if context.is_shared(table) => {
            out.at(effect.range, format!("{table} no longer keeps rows apart")).on(format!("table {table}"));
        }
        What::RowSecurity { table, force: Some(false), .. } if context.is_shared(table) => {
            out.at(effect.range, format!("the owner of {table} sees and changes every row")).on(format!("table {table}"));
        }
        _ => {}
    }
}
