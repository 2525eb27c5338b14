//! All checks, also those that could not be judged, with what is missing for that.

use std::cmp::Reverse;

use maud::{Markup, html};
use pgkeel_core::health::Outcome;

use super::findings::{findings, with_code};
use super::frame::{ago, badge, frame};
use super::{View, shown};

/// `/checks`.
pub fn checks(view: &View<'_>) -> Markup {
    frame(view, "Checks", "/checks", &body(view))
}

pub(super) fn body(view: &View<'_>) -> Markup {
    // Worst first; the table's order among equals.
    let mut outcomes: Vec<&Outcome> = view.snapshot.report.checks.iter().collect();
    outcomes.sort_by_key(|outcome| Reverse(outcome.status));
    html! {
        h1 { "Checks" }
        @if outcomes.is_empty() { p { "No check has been asked yet." } }
        @for outcome in outcomes {
            @let check = pgkeel_core::health::check(&outcome.check);
            details.check open[!outcome.findings.is_empty()] id={ "check-" (outcome.check) } {
                summary {
                    (badge(outcome.status)) " " code { (outcome.check) } " "
                    span.title { (check.map(|check| check.title).unwrap_or_default()) }
                }
                @if let Some(check) = check {
                    p { (with_code(check.why)) }
                    p.help { "Asked " (ago(view.snapshot.asked(check.tier))) "." }
                }
                @for reason in &outcome.skipped { p.help { "Not judged: " (shown(reason)) } }
                (findings(&outcome.findings))
                @if outcome.truncated > 0 { p.help { "… and " (outcome.truncated) " more" } }
            }
        }
    }
}
