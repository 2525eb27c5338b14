//! Rule `version-gap`: a number is missing.

use crate::review::context::{ProjectContext, Out};
use crate::review::source::File;

rule! {
    id: "version-gap",
    severity: Info,
    topic: History,
    title: "A number is missing",
    why: "A file was removed, or a number was taken on another branch: when it arrives it comes out of order.",
    instead: "Take the next number, or say why the gap is there.",
    aliases: [],
    check: Project(check),
}

fn check(context: &ProjectContext<'_>, out: &mut Out<'_>) {
    let numbered = context.order.iter().filter_map(|index| {
        let file = context.files.get(*index)?;
        // Timestamps have gaps by their nature.
        let number: u64 = file.version.as_ref()?.key().parse().ok().filter(|number| *number < 1_000_000)?;
        Some((*index, file, number))
    });
    let numbered: Vec<(usize, &File, u64)> = numbered.collect();
    for pair in numbered.windows(2) {
        let [(_, before, low), (index, file, high)] = pair else { continue };
        if *high > low + 1 && before.folder() == file.folder() {
            let missing = if *high == low + 2 { format!("{}", low + 1) } else { format!("{} to {}", low + 1, high - 1) };
            out.in_file(*index, file.line_range(1), format!("{missing} is missing between {} and {}", before.name(), file.name()));
        }
    }
}
