//! Rule `rollback-missing`: a migration without a way back.

use crate::review::context::{FileContext, Out};
use crate::review::source::{File};

rule! {
    id: "rollback-missing",
    severity: Info,
    topic: History,
    title: "A migration without a way back",
    why: "Others of the project have one; this one cannot be rolled back.",
    instead: "Write a `-- pgkeel:down` part, or a .down.sql file beside it.",
    aliases: ["strong_migrations:irreversible"],
    check: File(check),
}

fn check(context: &FileContext<'_>, out: &mut Out<'_>) {
    let stem = |file: &File| file.path.replace(".up.sql", "").replace(".down.sql", "").replace(".sql", "");
    let has_down = |file: &File| {
        file.statements.iter().any(|statement| statement.down)
            || context.files.iter().any(|other| other.down && stem(other) == stem(file))
    };
    let ups: Vec<&File> = context.files.iter().filter(|file| !file.down && file.up().count() > 0).collect();
    let with = ups.iter().filter(|file| has_down(file)).count();
    // Precedent: at least half of the others have one.
    if context.file.up().count() > 0 && !has_down(context.file) && with > 0 && with * 2 >= ups.len() - 1 {
        out.in_file(context.index, context.file.line_range(1), format!("{} has no way back, which {with} others have", context.file.name()));
    }
}
