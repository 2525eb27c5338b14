//! Rule `suppression-without-reason`: a suppression without a reason.

use crate::review::context::{FileContext, Out};

rule! {
    id: "suppression-without-reason",
    severity: Warning,
    topic: Review,
    title: "A suppression without a reason",
    why: "Whoever reads it later cannot know whether it still holds; so it does not silence anything.",
    instead: "-- pgkeel: ignore RULE reason=\"...\"",
    aliases: ["pgsafe:suppression-missing-reason"],
    check: File(check),
}

/// Found where the comments are matched with the findings, not here.
fn check(_context: &FileContext<'_>, _out: &mut Out<'_>) {}
