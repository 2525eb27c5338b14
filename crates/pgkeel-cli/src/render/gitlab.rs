//! GitLab's code quality report: an array, one entry per finding, empty when there is none.

use std::collections::BTreeMap;

use pgkeel_core::finding::{Finding, Severity};
use serde_json::{Value, json};

use super::{Sources, fingerprint};

/// The report. Two findings never share a fingerprint, or GitLab would drop one.
pub(super) fn render(findings: &[Finding], sources: &Sources<'_>) -> String {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let entries: Vec<Value> = findings
        .iter()
        .map(|finding| {
            let base = fingerprint(finding, sources);
            let times = seen.entry(base.clone()).or_default();
            *times += 1;
            let unique = if *times == 1 { base } else { format!("{base}-{times}") };
            let severity = match finding.severity {
                Severity::Info => "info",
                Severity::Warning => "minor",
                Severity::Error => "major",
                Severity::Critical => "critical",
            };
            let span = finding.span.as_ref();
            json!({
                "description": finding.message,
                "check_name": finding.rule,
                "fingerprint": unique,
                "severity": severity,
                "location": {
                    "path": span.map_or("pgkeel.toml", |span| span.file.as_str()),
                    "lines": { "begin": span.map_or(1, |span| span.line), "end": span.map_or(1, |span| span.end_line) },
                },
            })
        })
        .collect();
    format!("{:#}\n", Value::Array(entries))
}
