//! Causes that are known well enough to be repaired without asking, when the configuration allows it.

use super::Report;
use crate::finding::Severity;

/// Checks whose repair makes nothing worse and loses nothing: what it does is finish or repeat what was begun.
///
/// Left out on purpose: triggers that somebody switched off, extensions that are behind, collations, keys near their
/// end. There a person decides.
const HEALED: [&str; 6] = [
    "detach-pending",
    "invalid-index",
    "not-validated-constraint",
    "unpopulated-matview",
    "dead-rows",
    "never-analyzed",
];

/// One repair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Healing {
    /// The check that found the cause.
    pub check: String,
    /// The object, as the finding names it.
    pub object: String,
    /// The statement; it runs outside a transaction.
    pub sql: String,
}

/// What could be healed of all that was found.
pub fn healings(report: &Report) -> Vec<Healing> {
    let known = report.checks.iter().filter(|outcome| HEALED.contains(&outcome.check.as_str()));
    let findings = known.flat_map(|outcome| outcome.findings.iter().map(move |finding| (outcome, finding)));
    findings
        .filter(|(_, finding)| finding.severity >= Severity::Warning)
        .filter_map(|(outcome, finding)| {
            let sql = finding.fix.as_ref()?.sql.as_ref()?;
            Some(Healing {
                check: outcome.check.clone(),
                object: finding.object.clone()?,
                sql: sql.trim_end_matches(';').to_owned(),
            })
        })
        .collect()
}
