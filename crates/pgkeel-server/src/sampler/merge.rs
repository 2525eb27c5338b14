//! What a look did not ask is taken over from the look before it.

use pgkeel_core::health::{CHECKS, Outcome, Report};

/// The new report, completed with what `old` knew: checks of other tiers, and what a lock kept from being read.
/// `closely` says whether the schema itself was compared this time.
pub(super) fn merged(old: &Report, mut new: Report, closely: bool) -> Report {
    let mut checks: Vec<Outcome> = Vec::with_capacity(CHECKS.len());
    for check in CHECKS {
        let find = |report: &Report| report.checks.iter().find(|outcome| outcome.check == check.id).cloned();
        checks.extend(find(&new).or_else(|| find(old)));
    }
    new.checks = checks;
    if new.migrations.is_none() && new.locked {
        new.migrations.clone_from(&old.migrations);
        new.schema.clone_from(&old.schema);
    }
    if !closely || new.locked {
        new.drift.clone_from(&old.drift);
        let compared = |rule: &str| rule == "drift" || rule.starts_with("expected-");
        let findings = new.schema.get_or_insert_with(Vec::new);
        for finding in old.schema.iter().flatten().filter(|finding| compared(&finding.rule)) {
            if !findings.iter().any(|known| known.object == finding.object) {
                findings.push(finding.clone());
            }
        }
    }
    if new.schema.as_ref().is_some_and(Vec::is_empty) && new.migrations.is_none() && new.drift.is_none() {
        new.schema = None;
    }
    new
}
