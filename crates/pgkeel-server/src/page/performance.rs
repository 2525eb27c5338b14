//! What statements cost before and after the last run of migrations.

use maud::{Markup, html};
use pgkeel_core::count::counted;
use pgkeel_core::performance::{Change, PlanShape, Verdict};

use super::frame::frame;
use super::{View, number, shown};

/// Statements that are shown at most.
const SHOWN: usize = 100;

/// `/performance`.
pub fn performance(view: &View<'_>) -> Markup {
    frame(view, "Performance", "/performance", &body(view))
}

pub(super) fn body(view: &View<'_>) -> Markup {
    html! {
        h1 { "Query performance" }
        @match view.snapshot.performance.as_ref() {
            None => {
                p { "Nothing was kept yet." }
                p.help {
                    "Each run of " code { "pgkeel migrate" } " keeps what pg_stat_statements counted before and after it, where that extension is installed. "
                    "Every migration: " code { "pgkeel performance VERSION" } "."
                }
            }
            Some(around) => {
                @let result = &around.comparison;
                p {
                    "Around the run that applied " code { (shown(&around.versions.join(", "))) } ": "
                    (counted(result.judged, "statement")) " judged, " (result.too_few) " called too seldom."
                    @if let (Some(before), Some(after)) = (result.before_s, result.after_s) {
                        " Windows: " (time(before)) " before, " (time(after)) " after."
                    }
                }
                @if !result.notes.is_empty() { ul.notes { @for note in &result.notes { li { (shown(note)) } } } }
                @if result.changes.is_empty() { p { "Nothing regressed, as far as can be told." } }
                @for change in result.changes.iter().take(SHOWN) { (one(change)) }
            }
        }
    }
}

fn one(change: &Change) -> Markup {
    let (class, sign) = match change.verdict {
        Verdict::Regressed | Verdict::Vanished => ("fail", "✕"),
        Verdict::Suspect | Verdict::Watch => ("warn", "!"),
        Verdict::Improved => ("pass", "✓"),
        _ => ("info", "i"),
    };
    html! {
        article.statement {
            h2 { span class={ "badge " (class) } { span aria-hidden="true" { (sign) } " " (change.verdict.as_str()) } " " span.help { "by " (shown(&change.role)) } }
            pre tabindex="0" { code { (super::short(&change.query, 1200)) } }
            div.scroll tabindex="0" role="region" aria-label="Before and after" {
                table.compact {
                    thead { tr { th scope="col" { "" } th.number scope="col" { "Calls" } th.number scope="col" { "ms per call" } th.number scope="col" { "Blocks per call" } th.number scope="col" { "Rows per call" } } }
                    tbody {
                        tr { th scope="row" { "Before" } td.number { (number(change.calls.0)) } td.number { (exact(change.mean_ms.0)) } td.number { (exact(change.blocks_per_call.0)) } td.number { (exact(change.rows_per_call.0)) } }
                        tr { th scope="row" { "After" } td.number { (number(change.calls.1)) } td.number { (exact(change.mean_ms.1)) } td.number { (exact(change.blocks_per_call.1)) } td.number { (exact(change.rows_per_call.1)) } }
                    }
                }
            }
            @if let Some(load) = change.added_load { p.help { "Load added: " (format!("{:+.2}", load * 100.0)) " % of one core." } }
            @if let (Some(before), Some(after)) = (&change.plan_before, &change.plan_after) { (plans(before, after)) }
        }
    }
}

fn plans(before: &PlanShape, after: &PlanShape) -> Markup {
    let plan = |title: &str, plan: &PlanShape| {
        html! {
            div { h3 { (title) ", cost " (number(plan.cost)) } pre tabindex="0" { code { (plan.shape.lines().map(shown).collect::<Vec<_>>().join("\n")) } } }
        }
    };
    html! { details open { summary { "The plan is another" } div.plans { (plan("Before", before)) (plan("After", after)) } } }
}

fn exact(value: f64) -> String {
    if value >= 100.0 { number(value) } else { format!("{value:.2}") }
}

fn time(seconds: f64) -> String {
    if seconds < 120.0 {
        format!("{seconds:.0} s")
    } else if seconds < 7200.0 {
        format!("{:.0} min", seconds / 60.0)
    } else if seconds < 172_800.0 {
        format!("{:.1} h", seconds / 3600.0)
    } else {
        format!("{:.1} days", seconds / 86_400.0)
    }
}
