//! Rule `dependency-undeclared`: a migration uses what an undeclared migration made.

use crate::review::context::{FileContext, Out};
use crate::sql::effect::TextRange;

rule! {
    id: "dependency-undeclared",
    severity: Info,
    topic: History,
    title: "A migration uses what an undeclared migration made",
    why: "The file lists what it depends on, and the list is not complete: whoever picks migrations by it leaves one out.",
    instead: "Add the migration to the list.",
    aliases: [],
    check: File(check),
}

fn check(context: &FileContext<'_>, out: &mut Out<'_>) {
    let Some(first) = context.file.directives.depends_on.first() else { return };
    let declared = |index: usize| {
        let version = context.files.get(index).and_then(|file| file.version.as_ref());
        version.is_none_or(|version| context.file.directives.depends_on.iter().any(|d| d.version == *version))
    };
    let mut missing: Vec<(usize, String)> = Vec::new();
    for (_, statement) in context.file.up() {
        for name in &statement.reading.uses.relations {
            if let Some(table) = context.model.table(name)
                && table.origin.file != context.index
                && !declared(table.origin.file)
                && missing.iter().all(|(file, _)| *file != table.origin.file)
            {
                missing.push((table.origin.file, table.name.clone()));
            }
        }
    }
    for (file, table) in missing {
        let Some(made) = context.files.get(file) else { continue };
        let range = context.file.line_range(first.line);
        let line = range.of(&context.file.text).trim_end();
        let end = range.start + line.len();
        out.in_file(context.index, range, format!("{table} comes from {}, which is not among the dependencies", made.name()))
            .fix("add the dependency", vec![(TextRange::new(end, end), format!("\n-- pgkeel: depends-on {}", made.version.as_ref().map_or("", |v| v.as_str())))]);
    }
}
