//! One look at a database: the server, its history, its objects, and the checks.

use pgkeel_core::config::ExpectConfig;
use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::health::{Check, HealthSettings, Reason, Report, Samples, Standing, Step, Tier, Verdict};
use pgkeel_core::history::State;
use pgkeel_core::migration::Migration;
use tokio_postgres::error::SqlState;

use super::samples::samples;
use super::{ask_all, facts, unread};
use crate::database::{self, Query, ReadOnly};
use crate::error::Error;
use crate::status::Status;
use crate::store::Store;

/// What is looked at, beside the database: what it should be.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The history.
    pub store: Store,
    /// The migrations of this build; none when it brings no migrations.
    pub migrations: Vec<Migration>,
    /// What the application needs, in its own words.
    pub expect: ExpectConfig,
    /// The checks' configuration.
    pub settings: HealthSettings,
    /// True in production: what is not as it should be fails instead of warning.
    pub strict: bool,
}

impl Subject {
    /// What a report about it means.
    pub fn verdict(&self, report: &Report) -> Verdict {
        Verdict::of(report, &self.settings, self.strict)
    }
}

/// Looks, asking the checks of these tiers. Four round trips, none of which waits for a lock longer than
/// [`super::LOCK_TIMEOUT`].
///
/// # Errors
/// The connection is gone, or the history cannot be read.
pub async fn look(session: &impl Query, subject: &Subject, tiers: &[Tier]) -> Result<Report, Error> {
    let query = |source| database::Error::Query { doing: "looking at the database", source };
    let server = facts(session).await.map_err(query)?;
    let wanted = |check: &&'static Check| tiers.contains(&check.tier);
    let checks = subject.settings.enabled().filter(wanted);
    let earlier =
        if tiers == [Tier::Fast] { Samples::default() } else { samples(session, &subject.store).await };
    let checks = ask_all(session, server.major, checks, &subject.settings, &earlier).await.map_err(query)?;
    let mut report = Report { checks, server: Some(server), ..Report::default() };
    let status = match Status::read(session, &subject.store, &subject.migrations).await {
        Err(error) if error.sqlstate() == Some(SqlState::LOCK_NOT_AVAILABLE.code()) => {
            report.locked = true;
            return Ok(report);
        }
        Err(error) => {
            unread::note(&mut report, error, &subject.store)?;
            return Ok(report);
        }
        Ok(status) => status,
    };
    if !subject.migrations.is_empty() || status.history.exists {
        report.migrations = Some(standing(&status, &subject.migrations));
        report.schema = Some(missing_objects(&status));
    }
    Ok(report)
}

/// The same, and the schema itself compared when the catalog's turn has come.
///
/// # Errors
/// As [`look`].
pub async fn look_closely(session: &ReadOnly, subject: &Subject, tiers: &[Tier]) -> Result<Report, Error> {
    let mut report = look(session, subject, tiers).await?;
    if tiers.contains(&Tier::Catalog) {
        super::compare(session, subject, &mut report).await?;
    }
    Ok(report)
}

/// A report that says only that the database could not be looked at.
pub fn unreachable(error: &Error) -> Report {
    let canceled = error.sqlstate() == Some(SqlState::QUERY_CANCELED.code());
    let reason = match error.sqlstate().and_then(|state| state.get(..2)) {
        // Our own time for a statement is over.
        _ if canceled => Reason::NotEvaluated,
        // Invalid authorization specification.
        Some("28") => Reason::AuthFailed,
        // No connection, no such database, out of resources, a server that goes down or is not yet up.
        None | Some("08" | "3D" | "53" | "57" | "58" | "XX") => Reason::DbUnreachable,
        // It answers, and refuses.
        Some(_) => Reason::NotEvaluated,
    };
    Report { unreachable: Some(reason), ..Report::default() }
}

fn standing(status: &Status, migrations: &[Migration]) -> Standing {
    let mut standing = Standing {
        has_history: status.history.exists,
        running: status.holder.is_some(),
        ..Standing::default()
    };
    for one in status.standings(migrations) {
        let entry = one.entry;
        standing.timeline.push(Step {
            label: one.label(),
            state: one.state,
            at: entry.map(|entry| entry.applied_at.clone()),
            by: entry.map(|entry| entry.applied_by.clone()),
            duration_ms: entry.and_then(|entry| entry.duration_ms),
            tool: entry.map(|entry| entry.tool_version.clone()),
            fingerprint: entry.and_then(|entry| entry.fingerprint.clone()),
        });
        match one.state {
            State::Applied | State::Renumbered => standing.applied += 1,
            State::Pending | State::OutOfOrder => standing.pending.push(one.label()),
            State::Failed if one.is_pending() => standing.pending.push(one.label()),
            State::Missing => {
                standing.applied += 1;
                standing.unknown.push(one.label());
            }
            State::Modified => {
                standing.applied += 1;
                standing.modified.push(one.label());
            }
            // Begun, and its runner is at work: it is not there yet.
            State::Running => standing.pending.push(one.label()),
            State::Failed | State::Interrupted | State::HalfUndone => standing.dirty.push(one.label()),
        }
    }
    standing
}

fn missing_objects(status: &Status) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (version, objects) in &status.missing {
        for object in objects {
            let message = format!(
                "{object} does not exist, but migration {version} that makes it is recorded as applied"
            );
            findings
                .push(Finding::new("missing-object", Severity::Critical, message).on(object.clone()).help(
                "`pgkeel auto-fix --apply` makes it again, `pgkeel validate` names everything that differs",
            ));
        }
    }
    findings
}
