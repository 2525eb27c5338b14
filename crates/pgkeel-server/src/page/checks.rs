//! All checks, also those that could not be judged, with what is missing for that.

use maud::{Markup, html};

use super::findings::findings;
use super::frame::{badge, frame};
use super::{View, shown};

/// `/checks`.
pub fn checks(view: &View<'_>) -> Markup {
    frame(view, "Checks", "/checks", &body(view))
}

pub(super) fn body(view: &View<'_>) -> Markup {
    let outcomes = &view.snapshot.report.checks;
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
                @if let Some(check) = check { p { (check.why) } }
                @for reason in &outcome.skipped { p.help { "Not judged: " (shown(reason)) } }
                (findings(&outcome.findings))
                @if outcome.truncated > 0 { p.help { "… and " (outcome.truncated) " more" } }
            }
        }
    }
}
