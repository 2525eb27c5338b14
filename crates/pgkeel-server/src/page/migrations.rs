//! The timeline of migrations, and the form that applies what is pending.

use maud::{Markup, html};
use pgkeel_core::health::{Activity, Standing, Step};

use super::frame::frame;
use super::{View, activity, shown};
use crate::routes::action::named;

/// `/migrations`.
pub fn migrations(view: &View<'_>) -> Markup {
    frame(view, "Migrations", "/migrations", &body(view))
}

pub(super) fn body(view: &View<'_>) -> Markup {
    html! {
        h1 { "Migrations" }
        @match &view.snapshot.report.migrations {
            None => p { "There is no history, and this server has no migrations." },
            Some(standing) => {
                div data-fragment="summary" { (summary(standing)) }
                @if !view.alone { (live(view, standing)) }
                @if view.can_migrate && !view.alone && !standing.pending.is_empty() { (form(standing)) }
                div data-fragment="timeline" {
                    ol.timeline reversed {
                        @for step in standing.timeline.iter().rev() { li { (entry(step)) } }
                    }
                }
            }
        }
    }
}

fn summary(standing: &Standing) -> Markup {
    html! {
        p {
            (standing.applied) " applied, " (standing.pending.len()) " pending, " (standing.unknown.len())
            " unknown to this build, " (standing.modified.len()) " modified, " (standing.dirty.len()) " not finished."
        }
    }
}

/// Who holds what and who waits, while somebody migrates; beneath it what this server's own run reports.
fn live(view: &View<'_>, standing: &Standing) -> Markup {
    let sessions = &view.snapshot.activity;
    let concerned = |session: &&Activity| {
        session.application.starts_with("pgkeel")
            || !session.blocked_by.is_empty()
            || sessions.iter().any(|other| other.blocked_by.contains(&session.pid))
    };
    let concerned: Vec<Activity> = sessions.iter().filter(concerned).cloned().collect();
    html! {
        div data-fragment="now" {
            @if view.snapshot.running() {
                section.progress aria-labelledby="now" {
                    h2 id="now" { "Running now" }
                    p { (standing.pending.len()) " still to be applied." }
                    (activity::table(&concerned))
                }
            }
        }
        section.progress aria-labelledby="own" hidden data-progress {
            h2 id="own" { "The run started here" }
            p role="status" data-progress-text {}
            ol data-progress-list {}
        }
    }
}

fn form(standing: &Standing) -> Markup {
    html! {
        details.run {
            summary.button { "Apply " (standing.pending.len()) " pending" }
            form method="post" action="/migrations/run" autocomplete="off" {
                p { "It applies, in this order:" }
                ol { @for label in &standing.pending { li { code { (shown(label)) } } } }
                input type="hidden" name="pending" value=(named(standing.pending.iter().cloned()));
                p { label for="token" { "Token" } input id="token" name="token" type="password" autocomplete="off" required; }
                p { label for="confirm" { "Type " code { "migrate" } " to confirm" } input id="confirm" name="confirm" required pattern="\\s*migrate\\s*"; }
                p { button type="submit" { "Apply" } }
            }
        }
    }
}

/// `2026-11-21 15:49:40 UTC` of an RFC 3339 time.
fn to_the_second(at: &str) -> String {
    let whole = at.split('.').next().unwrap_or(at).trim_end_matches('Z');
    format!("{} UTC", whole.replace('T', " "))
}

fn entry(step: &Step) -> Markup {
    html! {
        h2.label { (super::environments::badge_of(step.state)) " " span { (shown(&step.label)) } }
        @if let Some(at) = &step.at {
            p.help {
                time datetime=(at) { (to_the_second(at)) }
                @if let Some(by) = &step.by { " · by " (shown(by)) }
                @if let Some(ms) = step.duration_ms { " · " (ms) " ms" }
                @if let Some(tool) = &step.tool { " · pgkeel " (tool) }
            }
        }
        @if let Some(fingerprint) = &step.fingerprint { p.help { "schema " code { (super::short(fingerprint, 24)) } } }
    }
}
