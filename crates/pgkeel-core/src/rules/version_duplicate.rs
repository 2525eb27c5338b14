//! Rule `version-duplicate`: two migrations with one number.

use std::collections::BTreeMap;

use crate::review::context::{Out, ProjectContext};
use crate::migration::Version;
use crate::review::source::File;

rule! {
    id: "version-duplicate",
    severity: Error,
    topic: History,
    title: "Two migrations with one number",
    why: "Which of them runs first is left to chance, and tools that record the number never run the other one.",
    instead: "Renumber the newer one: `pgkeel review --fix` takes the next free number and mends references; `pgkeel new` never takes a number twice.",
    aliases: [],
    check: Project(check),
}

fn check(context: &ProjectContext<'_>, out: &mut Out<'_>) {
    let mut next = crate::review::renumber::next_free(context.files);
    // One number that is taken twice costs one new number.
    let mut free: BTreeMap<(&str, &str), Version> = BTreeMap::new();
    let numbered = || context.order.iter().filter_map(|index| context.files.get(*index).map(|file| (*index, file)));
    let reviewed = |index: usize| context.reviewed.get(index).copied().unwrap_or(true);
    let mut same: BTreeMap<(&str, &str), Vec<(usize, &File)>> = BTreeMap::new();
    for (index, file) in numbered() {
        if let Some(version) = &file.version {
            same.entry((file.folder(), version.key())).or_default().push((index, file));
        }
    }
    for (index, file) in numbered().filter(|(index, _)| reviewed(*index)) {
        let Some(version) = &file.version else { continue };
        let others = same.get(&(file.folder(), version.key())).into_iter().flatten();
        let mut others = others.filter(|(at, other)| *at != index && !same_pair(&other.path, &file.path));
        // Which of two files is the newcomer, nobody can tell from the folder: each is told of the other.
        if let Some((_, other)) = others.next() {
            let hit = out.in_file(
                index,
                file.line_range(1),
                format!("{} has the number {version}, which {} has too", file.name(), other.name()),
            );
            let given = free.entry((file.folder(), version.key())).or_insert_with(|| {
                let given = next.clone().unwrap_or_else(|| version.next());
                next = Some(given.next());
                given
            });
            hit.help(format!("the next free number is {given}; `pgkeel review --fix` renames the file"));
        }
    }
}

/// `0001_x.up.sql` and `0001_x.sql` are one migration written in two ways, and other rules' business.
fn same_pair(a: &str, b: &str) -> bool {
    a.replace(".up.sql", ".sql") == b.replace(".up.sql", ".sql")
}
