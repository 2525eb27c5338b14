//! `pgkeel/findings/1`: one object, every field of a finding present, `null` where it does not apply.

use pgkeel_core::finding::Finding;
use serde_json::{Value, json};

/// The document.
pub(super) fn render(findings: &[Finding]) -> String {
    let findings: Vec<Value> = findings.iter().map(value).collect();
    let document = json!({ "format": "pgkeel/findings/1", "findings": findings });
    format!("{document:#}\n")
}

/// One finding.
pub(super) fn value(finding: &Finding) -> Value {
    let span = finding.span.as_ref();
    json!({
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "file": span.map(|span| &span.file),
        "line": span.map(|span| span.line),
        "column": span.map(|span| span.column),
        "end_line": span.map(|span| span.end_line),
        "end_column": span.map(|span| span.end_column),
        "object": finding.object,
        "help": finding.help,
        "fix": finding.fix,
    })
}
