//! Rule `syntax-error`: a statement that pgkeel cannot read.

use crate::review::context::{Context, Out};
use crate::sql::effect::TextRange;

rule! {
    id: "syntax-error",
    severity: Warning,
    topic: Correctness,
    title: "A statement that pgkeel cannot read",
    why: "Either PostgreSQL cannot read it either, or it is newer than the parser; the rules may have missed something in it.",
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
