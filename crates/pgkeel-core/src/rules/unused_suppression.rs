//! Rule `unused-suppression`: a suppression that silences nothing.

use crate::review::context::{FileContext, Out};

rule! {
    id: "unused-suppression",
    severity: Warning,
    topic: Review,
    title: "A suppression that silences nothing",
    why: "The finding it was for is gone, or the rule has another name: the comment only hides what may come.",
    instead: "Remove the comment.",
    aliases: ["squawk:unused-ignore", "pgsafe:suppression-unused", "pgsafe:suppression-unknown-rule"],
    check: File(check),
}

/// Found where the comments are matched with the findings, not here.
fn check(_context: &FileContext<'_>, _out: &mut Out<'_>) {}
