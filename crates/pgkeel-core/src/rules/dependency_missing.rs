//! Rule `dependency-missing`: a migration depends on one that is not there before it.

use crate::review::context::{FileContext, Out};

rule! {
    id: "dependency-missing",
    severity: Error,
    topic: History,
    title: "A migration depends on one that is not there before it",
    why: "What it says it needs is missing, or comes later.",
    instead: "Name the right migration, or give this one a higher number.",
    aliases: [],
    check: File(check),
}

fn check(context: &FileContext<'_>, out: &mut Out<'_>) {
    let Some(own) = &context.file.version else { return };
    for dependency in &context.file.directives.depends_on {
        let known = context.files.iter().any(|file| file.version.as_ref() == Some(&dependency.version));
        let range = context.file.line_range(dependency.line);
        if !known {
            out.in_file(context.index, range, format!("there is no migration {}", dependency.version));
        } else if dependency.version >= *own {
            out.in_file(context.index, range, format!("{} does not come before {own}", dependency.version));
        }
    }
}
