//! `pgkeel/findings/1`: one object, every field of a finding present, `null` where it does not apply.

use pgkeel_core::finding::{Finding, Fix, Severity};
use serde::Serialize;
use serde_json::Value;

/// The whole document.
#[derive(Serialize)]
struct Report<'a> {
    format: &'static str,
    findings: Vec<Shown<'a>>,
}

/// A finding as the document has it.
#[derive(Serialize)]
struct Shown<'a> {
    rule: &'a str,
    severity: Severity,
    message: &'a str,
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    object: Option<&'a str>,
    help: Option<&'a str>,
    fix: Option<&'a Fix>,
}

fn shown(finding: &Finding) -> Shown<'_> {
    let span = finding.span.as_ref();
    Shown {
        rule: &finding.rule,
        severity: finding.severity,
        message: &finding.message,
        file: span.map(|span| span.file.as_str()),
        line: span.map(|span| span.line),
        column: span.map(|span| span.column),
        end_line: span.map(|span| span.end_line),
        end_column: span.map(|span| span.end_column),
        object: finding.object.as_deref(),
        help: finding.help.as_deref(),
        fix: finding.fix.as_ref(),
    }
}

/// The document.
pub(super) fn render(findings: &[Finding]) -> String {
    let report = Report { format: "pgkeel/findings/1", findings: findings.iter().map(shown).collect() };
    let mut text = serde_json::to_string_pretty(&report).expect("findings are plain data");
    text.push('\n');
    text
}

/// One finding.
pub(super) fn value(finding: &Finding) -> Value {
    serde_json::to_value(shown(finding)).expect("findings are plain data")
}
