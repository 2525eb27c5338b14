//! Findings as a list: what, why, and a command to copy.

use maud::{Markup, html};
use pgkeel_core::finding::{Finding, Severity};

use super::shown;

/// The list; nothing for no findings.
pub(super) fn findings(list: &[Finding]) -> Markup {
    html! {
        @if !list.is_empty() {
            ul.findings { @for finding in list { li { (one(finding)) } } }
        }
    }
}

fn one(finding: &Finding) -> Markup {
    let (word, sign) = match finding.severity {
        Severity::Info => ("info", "i"),
        Severity::Warning => ("warn", "!"),
        Severity::Error | Severity::Critical => ("fail", "✕"),
    };
    html! {
        p class={ "finding " (word) } {
            span class={ "badge " (word) } { span aria-hidden="true" { (sign) } " " (word) }
            " " span.message { (shown(&finding.message)) }
        }
        @for line in finding.help.iter().flat_map(|help| help.lines()) { p.help { (with_code(line)) } }
        @if let Some(sql) = finding.fix.as_ref().and_then(|fix| fix.sql.as_ref()) {
            @let title = finding.fix.as_ref().map(|fix| fix.title.as_str()).unwrap_or_default();
            (command(title, sql))
        }
    }
}

/// A sentence of ours: what stands between backticks is code.
pub(super) fn with_code(text: &str) -> Markup {
    html! {
        @for (place, part) in text.split('`').enumerate() {
            @if place % 2 == 1 { code { (shown(part)) } } @else { (shown(part)) }
        }
    }
}

/// A text to run, with a button that copies it.
pub(super) fn command(title: &str, text: &str) -> Markup {
    html! {
        div.fix {
            p.help { (title) ":" }
            pre tabindex="0" { code { (lines(text)) } }
            button.copy type="button" hidden data-copy=(title) { "Copy" }
        }
    }
}

/// Line ends stay what they are; everything else that shows nothing is made visible.
fn lines(text: &str) -> String {
    text.lines().map(shown).collect::<Vec<_>>().join("\n")
}
