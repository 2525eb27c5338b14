//! The health of what exists: an index that is there and not valid, a constraint that nobody checked, a trigger that is
//! switched off. The same questions as the health checks', asked once.

use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::health::{CHECKS, Check, HealthSettings, Samples};
use pgkeel_core::schema::Id;

use crate::database::{self, ReadOnly};
use crate::error::Error;
use crate::health::ask_all;

/// The checks that are about what a schema says, not about how it is used.
const OF_THE_SCHEMA: [&str; 5] =
    ["invalid-index", "not-validated-constraint", "disabled-trigger", "rls-gap", "extension-behind"];

/// What these checks find that is no finding yet, of objects that are this application's.
pub async fn findings(
    session: &ReadOnly,
    server_version: u32,
    known: &[Finding],
    not_ours: &(dyn Fn(&Id) -> bool + Sync),
    namespace: &str,
) -> Result<Vec<Finding>, Error> {
    let checks = CHECKS.iter().filter(|check: &&&Check| OF_THE_SCHEMA.contains(&check.id));
    let (settings, samples) = (HealthSettings::default(), Samples::default());
    let outcomes = ask_all(session, server_version / 10_000, checks.copied(), &settings, &samples).await;
    let outcomes = outcomes
        .map_err(|source| database::Error::Query { doing: "looking at the schema's health", source })?;
    let own = format!("{namespace}.");
    let new = |finding: &Finding| {
        let object = finding.object.as_deref().unwrap_or_default();
        let id = object.parse::<Id>().ok();
        // Of row-level security only what protects nothing: the rest is advice.
        let least = if finding.rule == "rls-gap" { Severity::Error } else { Severity::Warning };
        finding.severity >= least
            && !object.contains(&own)
            && !id.is_some_and(|id| not_ours(&id))
            && known.iter().all(|other| other.object.as_deref() != Some(object))
    };
    Ok(outcomes.into_iter().flat_map(|outcome| outcome.findings).map(as_here).filter(new).collect())
}

/// The finding with its object named as validate names it, and with what repairs it said beside it.
fn as_here(mut finding: Finding) -> Finding {
    if let Some((kind, name, table)) = finding.object.as_deref().and_then(of_a_table) {
        finding.object = Some(format!("{kind} {table}.{name}"));
    }
    if let Some(fix) = &finding.fix
        && let Some(sql) = &fix.sql
    {
        let repair = format!("{}: {sql}", fix.title);
        finding.help = Some(finding.help.take().map_or(repair.clone(), |help| format!("{repair}\n{help}")));
    }
    finding
}

/// The parts of `trigger t on public.users`.
fn of_a_table(object: &str) -> Option<(&str, &str, &str)> {
    let (kind, rest) = object.split_once(' ')?;
    let (name, table) = rest.rsplit_once(" on ")?;
    Some((kind, name, table))
}
