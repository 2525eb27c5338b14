//! Findings as people and machines read them: one file per format.

mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod review_document;
mod sarif;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use clap::ValueEnum;
use pgkeel::review::Reviewed;
use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::review::File;

pub use review_document::{Document, document};

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For people, with the place in the source.
    #[default]
    Human,
    /// One JSON document.
    Json,
    /// Findings as SARIF 2.1.0, for code scanning.
    Sarif,
    /// Findings as annotations of GitHub Actions.
    Github,
    /// Findings as GitLab's code quality report.
    Gitlab,
    /// Findings as JUnit's XML.
    Junit,
}

/// The files that findings are in, by the path that the findings name.
pub type Sources<'a> = BTreeMap<&'a str, &'a File>;

/// Findings in a format. `color` only matters to people.
pub fn findings(format: Format, findings: &[Finding], sources: &Sources<'_>, color: bool) -> String {
    match format {
        Format::Human => human::render(findings, sources, color),
        Format::Json => json::render(findings),
        Format::Sarif => sarif::render(findings, &[], sources),
        Format::Github => github::render(findings),
        Format::Gitlab => gitlab::render(findings, sources),
        Format::Junit => junit::render(findings),
    }
}

/// A review: like findings, and SARIF also has those that comments silence.
pub fn review(format: Format, reviewed: &Reviewed, sources: &Sources<'_>, color: bool) -> String {
    match format {
        Format::Sarif => sarif::render(&reviewed.findings, &reviewed.silenced, sources),
        other => findings(other, &reviewed.findings, sources, color),
    }
}

/// One finding as JSON, for documents that hold findings among other things.
pub fn json_value(finding: &Finding) -> serde_json::Value {
    json::value(finding)
}

/// The word for a severity.
fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
        Severity::Critical => "critical",
    }
}

/// The same for a finding wherever its lines move: for formats that track findings over time.
fn fingerprint(finding: &Finding, sources: &Sources<'_>) -> String {
    use sha2::{Digest as _, Sha256};
    let mut hash = Sha256::new();
    hash.update(finding.rule.as_bytes());
    hash.update([0]);
    hash.update(finding.message.as_bytes());
    if let Some(span) = &finding.span {
        hash.update([0]);
        hash.update(span.file.as_bytes());
        if let Some(file) = sources.get(span.file.as_str()) {
            let from = file.byte_of(span.line, span.column);
            let to = file.byte_of(span.end_line, span.end_column);
            let about: Vec<&str> = file.text.get(from..to).unwrap_or_default().split_whitespace().collect();
            hash.update(about.join(" ").as_bytes());
        }
    }
    hash.finalize().iter().take(16).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
