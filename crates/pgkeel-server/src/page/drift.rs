//! What is not as it was after the last migration, side by side.

use maud::{Markup, html};
use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::health::{Drift, Drifted, How, Report, Status};
use similar::{ChangeTag, TextDiff};

use super::findings::{command, findings};
use super::frame::{ago, badge, frame};
use super::{View, shown};

/// Objects that are shown at most.
const SHOWN: usize = 200;

/// `/drift`.
pub fn drift(view: &View<'_>) -> Markup {
    frame(view, "Drift", "/drift", &body(view))
}

pub(super) fn body(view: &View<'_>) -> Markup {
    let report = &view.snapshot.report;
    let others = beside(report);
    html! {
        h1 { "Drift" }
        @match &report.drift {
            None => {
                p { "Nothing is known: no schema was recorded after the last migration." }
                p.help { "pgkeel records it at the end of each run. " code { "pgkeel validate" } " compares with the migrations themselves." }
                @if let Some(compared) = view.snapshot.looks.compared { p.help { "Looked at " (ago(compared)) "." } }
            }
            Some(drift) => {
                p {
                    "Compared with what was recorded"
                    @if let Some(version) = &drift.version { " after migration " code { (shown(version)) } }
                    ", " time datetime=(drift.recorded_at) { (drift.recorded_at) } "."
                    @if let Some(compared) = view.snapshot.looks.compared { " Compared " (ago(compared)) "." }
                }
                (sentence(drift, &others))
                @if !drift.objects.is_empty() {
                    @for group in drift.objects.iter().take(SHOWN).collect::<Vec<_>>().chunk_by(|a, b| same_text(a, b)) { (one(group)) }
                    @if drift.objects.len() > SHOWN { p.help { "… and " (drift.objects.len() - SHOWN) " more" } }
                }
            }
        }
        @if !others.is_empty() {
            section aria-labelledby="beside" {
                h2 id="beside" { "Beside what was recorded" }
                (findings(&others))
            }
        }
    }
}

/// What the comparison with the recorded schema does not show: what the history or the contract says of the schema.
fn beside(report: &Report) -> Vec<Finding> {
    let side_by_side = |finding: &&Finding| {
        let objects = report.drift.iter().flat_map(|drift| &drift.objects);
        finding.rule != "drift"
            || !objects.into_iter().any(|one| Some(&one.object) == finding.object.as_ref())
    };
    report.schema.iter().flatten().filter(side_by_side).cloned().collect()
}

/// The page's verdict: it passes only when nothing at all is known against the schema.
fn sentence(drift: &Drift, others: &[Finding]) -> Markup {
    let worst = others.iter().map(|finding| finding.severity).max();
    let missing = drift.objects.iter().any(|drifted| drifted.how == How::Missing);
    let status = match worst {
        Some(Severity::Error | Severity::Critical) => Status::Fail,
        _ if missing => Status::Fail,
        Some(Severity::Warning) => Status::Warn,
        _ if !drift.objects.is_empty() => Status::Warn,
        _ => Status::Pass,
    };
    let differing = match drift.objects.len() {
        1 => "1 object differs.".to_owned(),
        many => format!("{many} objects differ."),
    };
    let text = match (drift.objects.is_empty(), status) {
        (true, Status::Pass) => "The schema is as it was recorded.",
        (true, _) => "The schema is as it was recorded, and not as its migrations make it.",
        (false, _) => &differing,
    };
    html! { p class={ "verdict " (status.as_str()) } { (badge(status)) " " strong { (text) } } }
}

/// Whether one text says both: two columns of one table.
fn same_text(a: &Drifted, b: &Drifted) -> bool {
    !a.expected.is_empty() && a.expected == b.expected && a.found == b.found
}

/// Objects with the same text on either side.
fn one(group: &[&Drifted]) -> Markup {
    let Some(first) = group.first() else { return html! {} };
    html! {
        section.drifted {
            @for drifted in group {
                h2 { (how(drifted.how)) " " (shown(&drifted.object)) }
                p.help {
                    @match &drifted.culprit {
                        Some(culprit) => { "Changed outside pgkeel: " strong { (shown(culprit)) } }
                        None => { "Who changed it is not known: " code { "pgkeel guard on" } " notes it down from then on." }
                    }
                }
            }
            (side_by_side(&first.expected, &first.found))
            @for drifted in group {
                @if let Some(repair) = &drifted.repair { (command("Level it", repair.trim_end())) }
            }
        }
    }
}

fn how(how: How) -> Markup {
    let sign = match how {
        How::Missing => "−",
        How::Unexpected => "+",
        How::Changed => "≠",
    };
    html! { span.badge.warn { span aria-hidden="true" { (sign) } " " (how.as_str()) } }
}

/// Two texts beside each other, line by line, what differs marked by sign and colour.
fn side_by_side(expected: &str, found: &str) -> Markup {
    let diff = TextDiff::from_lines(expected, found);
    html! {
        div.scroll tabindex="0" role="region" aria-label="Recorded and found" {
            table.sides {
                thead { tr { th scope="col" { "Recorded" } th scope="col" { "Found" } } }
                tbody {
                    @for (left, right) in rows(&diff) {
                        tr {
                            td class=(if left.1 { "gone" } else { "" }) { @if left.1 { del { (shown_line(&left.0)) } } @else { (shown_line(&left.0)) } }
                            td class=(if right.1 { "came" } else { "" }) { @if right.1 { ins { (shown_line(&right.0)) } } @else { (shown_line(&right.0)) } }
                        }
                    }
                }
            }
        }
    }
}

fn shown_line(line: &str) -> Markup {
    html! { code { (shown(line.trim_end_matches('\n'))) } }
}

/// A line, and whether it differs from the one beside it.
type Line = (String, bool);

fn rows<'a>(diff: &TextDiff<'a, 'a, 'a, str>) -> Vec<(Line, Line)> {
    let mut rows = Vec::new();
    let (mut left, mut right) = (Vec::new(), Vec::new());
    let flush = |left: &mut Vec<String>, right: &mut Vec<String>, rows: &mut Vec<(Line, Line)>| {
        for nr in 0..left.len().max(right.len()) {
            let line =
                |side: &[String]| side.get(nr).map_or((String::new(), false), |text| (text.clone(), true));
            rows.push((line(left), line(right)));
        }
        left.clear();
        right.clear();
    };
    for change in diff.iter_all_changes() {
        match change.tag() {
            ChangeTag::Delete => left.push(change.value().to_owned()),
            ChangeTag::Insert => right.push(change.value().to_owned()),
            ChangeTag::Equal => {
                flush(&mut left, &mut right, &mut rows);
                rows.push(((change.value().to_owned(), false), (change.value().to_owned(), false)));
            }
        }
    }
    flush(&mut left, &mut right, &mut rows);
    rows
}
