//! Rule `conflict-markers`: conflict markers of a merge.

use crate::review::context::{FileContext, Out};

rule! {
    id: "conflict-markers",
    severity: Error,
    topic: Correctness,
    title: "Conflict markers of a merge",
    why: "Two versions of the text stand in the file; neither runs.",
    instead: "Settle the conflict.",
    aliases: [],
    check: File(check),
}

fn check(context: &FileContext<'_>, out: &mut Out<'_>) {
    for (at, line) in context.file.text.split('\n').enumerate() {
        if line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ") {
            out.in_file(context.index, context.file.line_range(at + 1), "a merge conflict was not settled");
        }
    }
}
