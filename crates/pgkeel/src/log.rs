//! `log`: what happened to a database's schema over time, newest first: migrations, rollbacks, repairs, seeds and
//! corrections from the audit, and DDL that did not come through pgkeel from the guard's record.

use pgkeel_core::guard::Recorded;
use pgkeel_core::history::Entry;
use serde::Serialize;
use serde_json::Value;

use crate::answer::{Row, ask, text};
use crate::database::Query;
use crate::error::Error;
use crate::guard;
use crate::store::Store;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Happened {
    /// When, in RFC 3339, server time.
    pub at: String,
    /// What: `migrate`, `rollback`, `auto-fix`, `seed`, `stamp`, `drift`, ...
    pub action: String,
    /// What it was done to: a version, a file, an object.
    pub target: Option<String>,
    /// The name of the migration, when the target is one.
    pub name: Option<String>,
    /// Number in the audit, by which a repair is undone; null for drift.
    pub id: Option<i64>,
    /// The role that did it.
    pub role: String,
    /// Its application name.
    pub application: Option<String>,
    /// Where it came from; null for a Unix socket.
    pub client: Option<String>,
    /// The pgkeel that did it; null for drift.
    pub tool_version: Option<String>,
    /// Fingerprint of the schema after it, where it is known and the migration is still applied.
    pub fingerprint: Option<String>,
    /// Everything else that was noted of it.
    pub detail: Value,
}

/// Reads the newest `limit` things that happened, of these actions when there are any.
///
/// # Errors
/// The server failed, or the role may not read the history.
pub async fn read(
    client: &impl Query,
    store: &Store,
    limit: usize,
    actions: &[String],
) -> Result<Vec<Happened>, Error> {
    let history = store.read(client).await?;
    if !history.exists {
        return Ok(Vec::new());
    }
    let rows = ask(client, "reading the audit", &store.read_audit(limit, actions)).await?;
    let mut all: Vec<Happened> = rows.iter().map(|row| happened(row, &history.entries)).collect();
    let wants_drift = actions.is_empty() || actions.iter().any(|action| action == "drift");
    if wants_drift {
        let records = guard::records(client, store, u32::try_from(limit).unwrap_or(u32::MAX)).await?;
        all.extend(records.into_iter().map(drift));
    }
    all.sort_by(|a, b| (&b.at, b.id).cmp(&(&a.at, a.id)));
    all.truncate(limit);
    Ok(all)
}

fn happened(row: &Row, entries: &[Entry]) -> Happened {
    let detail: Value = serde_json::from_str(&text(row, 4)).unwrap_or_default();
    let (action, target) = (text(row, 2), row.get(3).cloned().flatten());
    let entry = entries.iter().find(|entry| Some(entry.version.as_str()) == target.as_deref());
    let noted = detail.get("name").and_then(Value::as_str).map(str::to_owned);
    Happened {
        id: text(row, 0).parse().ok(),
        at: text(row, 1),
        name: noted.or_else(|| entry.map(|entry| entry.name.clone())),
        // A version that was applied, taken back and applied again has the fingerprint of its last time only.
        fingerprint: entry
            .filter(|entry| {
                matches!(action.as_str(), "migrate" | "stamp") && is_last_time(entry, &text(row, 1))
            })
            .and_then(|entry| entry.fingerprint.clone()),
        action,
        target,
        role: text(row, 5),
        application: row.get(6).cloned().flatten(),
        client: row.get(7).cloned().flatten(),
        tool_version: row.get(8).cloned().flatten(),
        detail,
    }
}

/// The entry is written before the line of the audit, in one transaction or in steps after it began.
fn is_last_time(entry: &Entry, at: &str) -> bool {
    entry.applied_at.as_str() <= at
}

fn drift(record: Recorded) -> Happened {
    Happened {
        id: None,
        at: record.at,
        action: "drift".to_owned(),
        target: record.name,
        name: None,
        role: record.role,
        application: record.application,
        client: record.client,
        tool_version: None,
        fingerprint: None,
        detail: serde_json::json!({ "command": record.command, "statement": record.statement, "login": record.login }),
    }
}
