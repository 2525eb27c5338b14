//! Every environment of the project beside this one: which migrations each has.

use std::collections::BTreeMap;

use maud::{Markup, html};
use pgkeel_core::health::{Step, Verdict};
use pgkeel_core::history::State;

use super::frame::{badge, frame};
use super::{View, shown};
use crate::sampler::Other;

/// Name, verdict, and the migrations or why they are not known.
type Column<'a> = (&'a str, &'a Verdict, Result<&'a [Step], &'a str>);

/// `/environments`.
pub fn environments(view: &View<'_>) -> Markup {
    frame(view, "Environments", "/environments", &body(view))
}

pub(super) fn body(view: &View<'_>) -> Markup {
    let others = view.snapshot.environments.as_ref();
    let here: &[Step] = view.snapshot.report.migrations.as_ref().map_or(&[], |standing| &standing.timeline);
    let mut columns: Vec<Column<'_>> = vec![(view.environment, view.verdict, Ok(here))];
    columns.extend(others.iter().map(|other| (other.name.as_str(), &other.verdict, steps(other))));
    let mut labels: BTreeMap<usize, &str> = BTreeMap::new();
    let mut place: BTreeMap<&str, usize> = BTreeMap::new();
    for step in columns.iter().filter_map(|(_, _, steps)| steps.as_ref().ok()).flat_map(|steps| steps.iter())
    {
        let next = place.len();
        let nr = *place.entry(step.label.as_str()).or_insert(next);
        labels.insert(nr, &step.label);
    }
    let mut names: Vec<&str> = labels.into_values().collect();
    names.sort_unstable();
    html! {
        h1 { "Environments" }
        @if others.is_empty() {
            p { "No other environment is configured." }
            p.help { "Give each " code { "[environments.NAME]" } " of pgkeel.toml a " code { "database.url" } ", and it stands here beside the others." }
        }
        div.scroll tabindex="0" role="region" aria-label="Migrations by environment" {
            table {
                thead {
                    tr {
                        th scope="col" { "Migration" }
                        @for (name, verdict, _) in &columns { th scope="col" { (shown(name)) " " (badge(verdict.status)) } }
                    }
                }
                tbody {
                    @if columns.iter().any(|(_, _, steps)| steps.is_err()) {
                        tr { th scope="row" { "reached" } @for (_, _, steps) in &columns { td { @match steps { Ok(_) => "yes", Err(why) => (shown(why)) } } } }
                    }
                    tr {
                        th scope="row" { "why" }
                        @for (_, verdict, _) in &columns {
                            td { @for reason in &verdict.reasons { div { (reason.hint()) } } @if verdict.reasons.is_empty() { "–" } }
                        }
                    }
                    @for name in names.iter().rev() {
                        tr {
                            th scope="row" { code { (shown(name)) } }
                            @for (_, _, steps) in &columns { td { (state(steps, name)) } }
                        }
                    }
                }
            }
        }
        @if !others.is_empty() {
            p.help { "What differs between two of them: " code { "pgkeel diff --env A --env B" } "." }
        }
    }
}

/// The state of a migration as word, sign and colour.
pub(super) fn badge_of(state: State) -> Markup {
    let (class, sign) = match state {
        State::Applied | State::Renumbered => ("pass", "✓"),
        State::Pending | State::Running | State::Missing | State::OutOfOrder | State::Modified => {
            ("warn", "!")
        }
        State::Failed | State::Interrupted | State::HalfUndone => ("fail", "✕"),
    };
    html! { span class={ "badge " (class) } { span aria-hidden="true" { (sign) } " " (state.as_str()) } }
}

fn steps(other: &Other) -> Result<&[Step], &str> {
    match &other.report.migrations {
        Some(standing) => Ok(&standing.timeline),
        None => Err("no: the database does not answer"),
    }
}

fn state(steps: &Result<&[Step], &str>, label: &str) -> Markup {
    let step = steps.as_ref().ok().and_then(|steps| steps.iter().find(|step| step.label == label));
    let Some(step) = step else { return html! { span.help { "–" } } };
    html! {
        (badge_of(step.state))
        @if let Some(at) = &step.at { br; span.help { (at.split('T').next().unwrap_or_default()) } }
    }
}
