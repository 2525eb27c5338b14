//! Who works on the database now, who waits for whom; filled anew by the script while the page is open.

use maud::{Markup, html};
use pgkeel_core::health::Activity;

use super::frame::frame;
use super::{View, shown};

/// `/activity`.
pub fn activity(view: &View<'_>) -> Markup {
    let body = html! {
        h1 { "Activity" }
        p { "Sessions of this database that are not idle; those that wait come first." }
        div data-fragment="activity" { (table(&view.snapshot.activity)) }
    };
    frame(view, "Activity", "/activity", &body)
}

/// The part that changes while somebody looks.
pub fn table(sessions: &[Activity]) -> Markup {
    html! {
        @if sessions.is_empty() { p { "Nobody works at this moment." } } @else {
            div.scroll tabindex="0" role="region" aria-label="Sessions" {
                table.sessions {
                    thead { tr {
                        th.number scope="col" { "Session" } th scope="col" { "Who" } th scope="col" { "State" }
                        th.number scope="col" { "Open" } th scope="col" { "Waits for" } th scope="col" { "Holds" } th scope="col" { "Statement" }
                    } }
                    tbody { @for session in sessions { (row(session)) } }
                }
            }
        }
    }
}

fn row(session: &Activity) -> Markup {
    let ours = session.application.starts_with("pgkeel");
    html! {
        tr class=(if session.blocked_by.is_empty() { "" } else { "waiting" }) {
            th.number scope="row" { (session.pid) }
            td { (shown(&session.application)) @if ours { " " span.badge.info { "pgkeel" } } br; span.help { (shown(&session.role)) } }
            td {
                (shown(&session.state))
                @if let Some(phase) = &session.phase {
                    br; (shown(phase))
                    @if let Some(percent) = session.percent {
                        " " progress max="100" value=(format!("{percent:.0}")) { (format!("{percent:.0}")) " %" }
                        " " (format!("{percent:.0}")) " %"
                    }
                }
            }
            td.number { (seconds(session.open_s)) }
            td {
                @if let Some(wants) = &session.wants { code { (shown(wants)) } }
                @if let Some(waiting) = session.waiting_s { " for " strong { (seconds(waiting)) } }
                @if !session.blocked_by.is_empty() {
                    ", held by " @for (nr, pid) in session.blocked_by.iter().take(5).enumerate() { @if nr > 0 { ", " } (pid) }
                }
            }
            td { @for (nr, held) in session.holds.iter().take(6).enumerate() { @if nr > 0 { br; } code { (shown(held)) } } @if session.holds.len() > 6 { br; "…" } }
            td { code { (super::short(&session.statement, 160)) } }
        }
    }
}

fn seconds(value: f64) -> String {
    if value < 120.0 { format!("{value:.1} s") } else { format!("{:.0} min", value / 60.0) }
}
