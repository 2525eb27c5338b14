//! Rule `trigger-disabled`: triggers or foreign keys are switched off.

use crate::review::context::{FileContext, Out};
use crate::review::history_model::short;
use crate::sql::effect::What;

rule! {
    id: "trigger-disabled",
    severity: Error,
    topic: Security,
    title: "Triggers or foreign keys are switched off",
    why: "With DISABLE TRIGGER or session_replication_role = replica neither audit triggers nor foreign keys run: what is written meanwhile is never checked.",
    instead: "Write data that keeps to the constraints; where it must be, enable them again in the same transaction and check the rows.",
    aliases: ["squawk:ban-disable-trigger", "pgfence:disable-trigger"],
    check: File(check),
}

fn check(context: &FileContext<'_>, out: &mut Out<'_>) {
    for (table, at) in &context.progress.disabled_triggers {
        let Some(statement) = context.file.statements.get(*at) else { continue };
        let message = format!("triggers of {} are disabled and not enabled again in this file", short(table));
        out.in_file(context.index, statement.range, message).on(format!("table {}", short(table)));
    }
    for (_, statement) in context.file.up() {
        for effect in &statement.reading.effects {
            if let What::Set { name, value, .. } = &effect.what
                && name == "session_replication_role"
                && value.eq_ignore_ascii_case("replica")
            {
                let range = effect.range.shifted(statement.range.start);
                out.in_file(context.index, range, "foreign keys and triggers do not run from here on");
            }
        }
    }
}
