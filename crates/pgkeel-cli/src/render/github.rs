//! Annotations of GitHub Actions (workflow commands).

use std::fmt::Write as _;

use pgkeel_core::finding::{Finding, Severity};

/// GitHub shows ten annotations of a kind per step: the worst first, and a notice that says how many are left out.
pub(super) fn render(findings: &[Finding]) -> String {
    let mut text = String::new();
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    for finding in sorted {
        let command = match finding.severity {
            Severity::Critical | Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let mut properties = vec![format!("title=pgkeel {}", property(&finding.rule))];
        if let Some(span) = &finding.span {
            properties.push(format!("file={}", property(&span.file)));
            properties.push(format!("line={}", span.line));
            properties.push(format!("endLine={}", span.end_line));
            if span.line == span.end_line {
                properties.push(format!("col={}", span.column));
                properties.push(format!("endColumn={}", span.end_column));
            }
        }
        let mut message = finding.message.clone();
        if let Some(help) = &finding.help {
            message.push('\n');
            message.push_str(help);
        }
        let _ = writeln!(text, "::{command} {}::{}", properties.join(","), data(&message));
    }
    let shown = |wanted: fn(Severity) -> bool| findings.iter().filter(|f| wanted(f.severity)).count();
    let errors = shown(|severity| severity >= Severity::Error).saturating_sub(10);
    let warnings = shown(|severity| severity == Severity::Warning).saturating_sub(10);
    if errors + warnings > 0 {
        let _ = writeln!(
            text,
            "pgkeel: GitHub shows ten annotations of a kind; {errors} errors and {warnings} warnings more are in this log"
        );
    }
    text
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
