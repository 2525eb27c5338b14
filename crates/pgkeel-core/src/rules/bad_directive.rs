//! Rule `bad-directive`: a directive that pgkeel does not understand.

use crate::review::context::{FileContext, Out};

rule! {
    id: "bad-directive",
    severity: Error,
    topic: Review,
    title: "A directive that pgkeel does not understand",
    why: "A directive with a typo does nothing, silently; this one was meant to do something.",
    instead: "Mend the directive; docs/migrations.md lists them.",
    aliases: ["pgsafe:suppression-malformed"],
    check: File(check),
}

fn check(context: &FileContext<'_>, out: &mut Out<'_>) {
    for (message, range) in &context.file.bad_directives {
        out.in_file(context.index, *range, message.clone());
    }
}
