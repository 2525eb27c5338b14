//! Rule `empty-migration`: a migration without a statement.

use crate::review::context::{FileContext, Out};

rule! {
    id: "empty-migration",
    severity: Warning,
    topic: History,
    title: "A migration without a statement",
    why: "It is recorded as applied and did nothing; often the text was lost.",
    instead: "Remove the file, or write what it should do.",
    aliases: [],
    check: File(check),
}

fn check(context: &FileContext<'_>, out: &mut Out<'_>) {
    if context.file.statements.is_empty() && context.file.unreadable.is_empty() {
        out.in_file(context.index, context.file.line_range(1), format!("{} has no statement", context.file.name()));
    }
}
