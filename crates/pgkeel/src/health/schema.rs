//! The live schema against the written contract and against what was recorded after the last migration.

use pgkeel_core::config::ExpectConfig;
use pgkeel_core::finding::Finding;
use pgkeel_core::guard::{Recorded, culprit_of};
use pgkeel_core::health::{CHANGED_BY, Drift, Report};
use pgkeel_core::schema::{Others, Schema};
use pgkeel_core::validate::{Ignored, contract};

use super::{LOCK_TIMEOUT, Subject, unread};
use crate::database::ReadOnly;
use crate::error::Error;

/// Adds to the report what the schema does not keep of `[expect]`, and how it differs from what was recorded last.
/// While a migration's locks keep the schema from being read, nothing is added, and the report says so.
///
/// # Errors
/// The connection is gone, or the schema cannot be read.
pub async fn compare(session: &ReadOnly, subject: &Subject, report: &mut Report) -> Result<(), Error> {
    if report.unread.is_some() {
        return Ok(());
    }
    let running = report.migrations.as_ref().is_some_and(|standing| standing.running);
    if report.locked || running {
        report.locked = true;
        return Ok(());
    }
    let recorded = match subject.store.last_recorded(session).await {
        Ok(recorded) => recorded,
        Err(error) => {
            unread::note_drift(report, error, &subject.store)?;
            None
        }
    };
    if recorded.is_none() && subject.expect == ExpectConfig::default() {
        return Ok(());
    }
    let (live, about) = match session.schema(LOCK_TIMEOUT).await {
        Ok(read) => read,
        Err(error) if error.is_locked() => {
            report.locked = true;
            return Ok(());
        }
        Err(error) => return Err(Box::new(crate::source::Error::from(error)).into()),
    };
    let (namespace, expect) = (subject.store.namespace().to_owned(), subject.expect.clone());
    let others = if live.has_history_beside(&namespace) {
        subject.store.others(session).await?
    } else {
        Others::default()
    };
    let (live, mut found, fingerprint, others) = apart(move || {
        let live = live.without_namespace(&namespace);
        let found = contract::check(&expect, &live);
        // What is left of what others made is used here, or nobody vouches for it.
        let live = live.without_theirs(&others);
        let fingerprint = live.fingerprint();
        (live, found, fingerprint, others)
    })
    .await;
    if let Some(recorded) = recorded {
        let mut drift =
            Drift { version: recorded.version, recorded_at: recorded.taken_at, objects: Vec::new() };
        if fingerprint != recorded.fingerprint
            && let Some(schema) = subject.store.recorded_schema(session, &recorded.fingerprint).await?
        {
            let ignored = Ignored::new(&subject.expect.ignore);
            drift.objects = apart(move || {
                let (recorded, _) = owned_by_nobody(schema, &about.role).with_theirs(&live, &others);
                Drift::between(&recorded, &owned_by_nobody(live, &about.role), &ignored)
            })
            .await;
            if !drift.objects.is_empty() {
                let records = crate::guard::records(session, &subject.store, crate::guard::RECORDS).await?;
                for drifted in &mut drift.objects {
                    drifted.culprit = culprit_of(&drifted.object, &records).map(Recorded::told);
                }
            }
        }
        found.extend(drift.findings());
        report.drift = Some(drift);
    }
    add(report, found);
    Ok(())
}

/// One finding per object: what the history says of a missing object is not said again.
fn add(report: &mut Report, found: Vec<Finding>) {
    let bare = |finding: &Finding| finding.object.as_deref().unwrap_or_default().replace(" public.", " ");
    let findings = report.schema.get_or_insert_with(Vec::new);
    for finding in found {
        let Some(known) = findings.iter_mut().find(|known| bare(known) == bare(&finding)) else {
            findings.push(finding);
            continue;
        };
        // The one who took it away is worth saying in either.
        let culprit = finding.help.as_deref().and_then(|help| help.lines().next());
        if let Some(culprit) = culprit.filter(|line| line.starts_with(CHANGED_BY)) {
            let rest = known.help.take().unwrap_or_default();
            known.help = Some(format!("{culprit}\n{rest}"));
        }
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
}

/// What belongs to the role that looks belongs to nobody in particular, as when it was recorded by another.
fn owned_by_nobody(mut schema: Schema, role: &str) -> Schema {
    for object in schema.objects.values_mut() {
        if object.attributes.owner.as_deref() == Some(role) {
            object.attributes.owner = None;
        }
    }
    schema
}

/// Work that may take a second for thousands of tables runs where it holds up nobody: neither probes nor time limits.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(failed) => match failed.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is shutting down, and this task with it.
            Err(_) => std::future::pending().await,
        },
    }
}
