//! Findings for people: the place in the source with the part underlined, and what to do about it.

use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::review::fixes;
use rayon::prelude::*;

use super::{Sources, word};

/// All findings, and a line that counts them.
pub(super) fn render(findings: &[Finding], sources: &Sources<'_>, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut frames: Vec<String> =
        findings.par_iter().map(|finding| one(finding, sources, &renderer) + "\n\n").collect();
    frames.push(summary(findings));
    frames.concat()
}

/// `3 errors, 1 warning, 12 infos`.
fn summary(findings: &[Finding]) -> String {
    if findings.is_empty() {
        return "no findings\n".to_owned();
    }
    let mut parts = Vec::new();
    for severity in [Severity::Critical, Severity::Error, Severity::Warning, Severity::Info] {
        let count = findings.iter().filter(|finding| finding.severity == severity).count();
        if count > 0 {
            let plural = if count == 1 || severity == Severity::Critical { "" } else { "s" };
            parts.push(format!("{count} {}{plural}", word(severity)));
        }
    }
    let fixable = fixes::mendable(findings);
    let mut line = parts.join(", ");
    if fixable > 0 {
        let _ = write!(line, "; `pgkeel review --fix` mends {fixable}");
    }
    line.push('\n');
    line
}

fn one(finding: &Finding, sources: &Sources<'_>, renderer: &Renderer) -> String {
    let level = match finding.severity {
        Severity::Critical | Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let title = level.primary_title(finding.message.as_str()).id(finding.rule.as_str());
    let place =
        finding.span.as_ref().and_then(|span| sources.get(span.file.as_str()).map(|file| (span, *file)));
    let help = finding.help.as_deref().map(|help| Level::HELP.message(help));
    let group = match place {
        None => {
            let group = annotate_snippets::Group::with_title(title);
            match &finding.object {
                Some(object) => group.element(Level::NOTE.message(object.as_str())),
                None => group,
            }
        }
        Some((span, file)) => {
            // Only the lines around: a file may be long, and the frame shows no more.
            let first = span.line.saturating_sub(1).max(1);
            let from = file.byte_of(first, 1);
            // A finding about a whole statement of many lines is shown by its first lines.
            let last = span.end_line.min(span.line + 5);
            let until = file.byte_of(last + 1, 1).min(file.text.len());
            let window = file.text.get(from..until).unwrap_or_default().trim_end_matches(['\n', '\r']);
            let start = file.byte_of(span.line, span.column).saturating_sub(from).min(window.len());
            let end = if span.end_line > last {
                window.len()
            } else {
                file.byte_of(span.end_line, span.end_column) - from
            };
            let annotation = AnnotationKind::Primary.span(start..end.clamp(start, window.len()));
            let snippet =
                Snippet::source(window).line_start(first).path(span.file.as_str()).annotation(annotation);
            title.element(snippet)
        }
    };
    let group = match help {
        Some(help) => group.element(help),
        None => group,
    };
    renderer.render(&[group])
}
