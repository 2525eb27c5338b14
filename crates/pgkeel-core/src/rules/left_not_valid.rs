//! Rule `left-not-valid`: a constraint stays NOT VALID.

use crate::review::context::{ProjectContext, Out};

rule! {
    id: "left-not-valid",
    severity: Info,
    topic: Design,
    title: "A constraint stays NOT VALID",
    why: "Nobody knows whether the old rows keep to it; the planner does not use it.",
    instead: "VALIDATE CONSTRAINT in a later migration.",
    aliases: ["pg-index-health:not_valid_constraints"],
    check: Project(check),
}

fn check(context: &ProjectContext<'_>, out: &mut Out<'_>) {
    for table in context.model.tables.values() {
        for constraint in table.constraints.iter().filter(|constraint| !constraint.valid) {
            let last = context.order.last() == Some(&constraint.origin.file);
            if !last {
                let message = format!("{} of {} is never validated", constraint.name, table.name);
                out.in_file(constraint.origin.file, constraint.origin.range, message).on(format!("table {}", table.name));
            }
        }
    }
}
