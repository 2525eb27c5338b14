//! The first page: one sentence, then what is wrong, worst first.

use maud::{Markup, html};
use pgkeel_core::health::{Outcome, Reason, Status};

use super::findings::findings;
use super::frame::{badge, frame};
use super::{View, shown};

/// `/`.
pub fn overview(view: &View<'_>) -> Markup {
    frame(view, "Overview", "/", &body(view))
}

pub(super) fn body(view: &View<'_>) -> Markup {
    let report = &view.snapshot.report;
    let mut bad: Vec<&Outcome> =
        report.checks.iter().filter(|o| matches!(o.status, Status::Warn | Status::Fail)).collect();
    bad.sort_by_key(|outcome| std::cmp::Reverse(outcome.status));
    html! {
        h1 { "Overview" }
        p class={ "verdict " (view.verdict.status.as_str()) } {
            (badge(view.verdict.status)) " "
            strong { (sentence(view)) }
        }
        @if !view.verdict.reasons.is_empty() {
            ul.reasons {
                @for reason in &view.verdict.reasons { li {
                    code { (reason.as_str()) } " " (reason.hint())
                    @if let Some((link, name)) = place(*reason).filter(|_| !view.alone) { " – " a href=(link) { (name) } }
                } }
            }
        }
        (facts(view))
        @if let Some(list) = report.schema.as_ref().filter(|list| !list.is_empty()) {
            section aria-labelledby="drift" {
                h2 id="drift" { "The schema differs from its migrations" }
                (findings(list))
                @if !view.alone && report.drift.as_ref().is_some_and(|drift| !drift.objects.is_empty()) {
                    p { a href="/drift" { "Side by side" } }
                }
            }
        }
        @if !report.fixes.is_empty() {
            section aria-labelledby="fixes" {
                h2 id="fixes" { "Repaired without asking" }
                ul.keys { @for fix in &report.fixes { li { (shown(fix)) } } }
            }
        }
        section aria-labelledby="found" {
            h2 id="found" { "What the checks found" }
            @if bad.is_empty() { p { "Nothing that should be dealt with." } }
            @for outcome in bad {
                article {
                    h3 { (badge(outcome.status)) " " (title(outcome)) }
                    (findings(&outcome.findings))
                    @if outcome.truncated > 0 { p.help { "… and " (outcome.truncated) " more" } }
                }
            }
        }
    }
}

/// Where more is said about a reason.
fn place(reason: Reason) -> Option<(&'static str, &'static str)> {
    match reason {
        Reason::SchemaBehind
        | Reason::SchemaAhead
        | Reason::LedgerMissing
        | Reason::LedgerDirty
        | Reason::ChecksumMismatch
        | Reason::MigrationRunning => Some(("/migrations", "migrations")),
        Reason::SchemaDrift => Some(("/drift", "side by side")),
        Reason::CheckFailed | Reason::CheckWarned => Some(("/checks", "checks")),
        _ => None,
    }
}

fn title(outcome: &Outcome) -> String {
    pgkeel_core::health::check(&outcome.check)
        .map_or_else(|| outcome.check.clone(), |check| check.title.to_owned())
}

fn sentence(view: &View<'_>) -> &'static str {
    match view.verdict.status {
        Status::Pass => "The database is what its migrations say, and healthy.",
        Status::Warn => "This instance may serve; something should be dealt with.",
        Status::Fail => "This instance must not serve.",
        Status::Skipped => "Nothing was looked at.",
    }
}

fn facts(view: &View<'_>) -> Markup {
    let report = &view.snapshot.report;
    let count = |status| report.checks.iter().filter(|o| o.status == status).count();
    html! {
        dl.facts {
            @if let Some(server) = &report.server {
                div { dt { "Database" } dd { (shown(&server.database)) } }
                div { dt { "Server" } dd { "PostgreSQL " (server.version) @if server.standby { " (standby)" } } }
                div { dt { "Role" } dd { (shown(&server.role)) } }
            }
            @if let Some(standing) = &report.migrations {
                div { dt { "Migrations" } dd { (standing.applied) " applied, " (standing.pending.len()) " pending" } }
                @if standing.running { div { dt { "Now" } dd { strong { "a migration is running" } } } }
            }
            div { dt { "Tables" } dd { (view.snapshot.outline.tables.len()) } }
            div { dt { "Checks" } dd {
                (count(Status::Pass)) " pass, " (count(Status::Warn)) " warn, " (count(Status::Fail)) " fail, "
                (count(Status::Skipped)) " skipped"
            } }
            @if let Some(server) = &report.server {
                div.wide { dt { "Extensions" } dd {
                    @for (place, one) in server.extensions.iter().enumerate() {
                        @if place > 0 { ", " } (shown(&one.name)) " " (one.version)
                    }
                } }
            }
        }
    }
}
