//! Rule `version-out-of-order`: a new migration with a number that was passed.

use crate::review::context::{Out, ProjectContext};
use crate::review::renumber::settled_after;

rule! {
    id: "version-out-of-order",
    severity: Error,
    topic: History,
    title: "A new migration with a number that was passed",
    why: "The base has a migration with a higher number. Where that one is applied, this one comes out of order: pgkeel refuses it, other runners skip it without a word, and a fresh database gets another order than production.",
    instead: "Give it the next free number: `pgkeel review --fix` renames the file and mends references.",
    aliases: [],
    check: Project(check),
}

fn check(context: &ProjectContext<'_>, out: &mut Out<'_>) {
    let mut next = crate::review::renumber::next_free(context.files);
    for index in context.order {
        let reviewed = context.reviewed.get(*index).copied().unwrap_or(true);
        let Some(file) = context.files.get(*index).filter(|_| reviewed) else { continue };
        let Some((version, last)) = file.version.as_ref().zip(settled_after(context.files, file)) else { continue };
        let message = format!("{} comes with the number {version}, though {} is there already", file.name(), last.name());
        let given = next.clone().unwrap_or_else(|| version.next());
        next = Some(given.next());
        let help = format!("the next free number is {given}; `pgkeel review --fix` renames the file");
        out.in_file(*index, file.line_range(1), message).help(help);
    }
}
