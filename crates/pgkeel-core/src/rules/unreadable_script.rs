//! Rule `unreadable-script`: a file that cannot be cut into statements.

use crate::review::context::{FileContext, Out};

rule! {
    id: "unreadable-script",
    severity: Error,
    topic: Correctness,
    title: "A file that cannot be cut into statements",
    why: "A quote or comment that never ends, a psql command, data where SQL should be: no server can run it as it stands.",
    instead: "Mend the place; write what a psql command does as SQL.",
    aliases: [],
    check: File(check),
}

fn check(context: &FileContext<'_>, out: &mut Out<'_>) {
    for part in &context.file.unreadable {
        out.in_file(context.index, part.range, part.message.clone()).help(part.help);
    }
}
