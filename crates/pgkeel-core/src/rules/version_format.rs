//! Rule `version-format`: numbers of two kinds in one folder.

use std::collections::BTreeMap;

use crate::review::context::{ProjectContext, Out};
use crate::review::source::File;

rule! {
    id: "version-format",
    severity: Warning,
    topic: History,
    title: "Numbers of two kinds in one folder",
    why: "Timestamps sort behind every sequence number: a new 0019 runs before all of them, out of order.",
    instead: "One scheme for the folder.",
    aliases: [],
    check: Project(check),
}

fn check(context: &ProjectContext<'_>, out: &mut Out<'_>) {
    let digits = |file: &File| file.version.as_ref().map(|version| version.as_str().len());
    let files: Vec<(usize, &File)> = context.order.iter().filter_map(|index| context.files.get(*index).map(|file| (*index, file))).collect();
    // Per folder: how many have a number, and how many of these are timestamps.
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (digits, file) in files.iter().filter_map(|(_, file)| Some((digits(file)?, file))) {
        let (all, stamps) = counts.entry(file.folder()).or_default();
        *all += 1;
        *stamps += usize::from(digits >= 8);
    }
    for (index, file) in &files {
        let Some(own) = digits(file) else { continue };
        let (all, stamps) = counts.get(file.folder()).copied().unwrap_or_default();
        let minority = if own >= 8 { stamps * 2 < all } else { stamps * 2 > all };
        // Numbers of both kinds from the start (a zero before timestamps) are a project's own way.
        let zero = file.version.as_ref().is_some_and(|version| version.key() == "0");
        if minority && stamps > 0 && stamps < all && !zero {
            let kind = if own >= 8 { "a timestamp among sequence numbers" } else { "a sequence number among timestamps" };
            out.in_file(*index, file.line_range(1), format!("{} has {kind}", file.name()));
        }
    }
}
