//! Whether standbys and other readers of the log keep up: an ACCESS EXCLUSIVE lock is replayed there, too, and a rewrite
//! writes its whole table into the log.

use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::preflight::needs::Needs;

use crate::answer::{Row, ask, text};
use crate::database::Query;
use crate::error::Error;

/// Warnings about standbys that are more than 30 seconds or 128 MB behind, and slots that keep more than 1 GB, when the
/// migrations change tables that exist.
///
/// # Errors
/// The connection broke. A service that does not offer these views is none.
pub(crate) async fn replication(client: &impl Query, needs: &Needs) -> Result<Vec<Finding>, Error> {
    if needs.tables.is_empty() && needs.rewrites.is_empty() {
        return Ok(Vec::new());
    }
    match ask(client, "looking at replication", include_str!("replication.sql")).await {
        Err(error) if !error.is_disconnect() => Ok(Vec::new()),
        rows => Ok(rows?.iter().map(finding).collect()),
    }
}

fn finding(row: &Row) -> Finding {
    let (kind, name, seconds, behind) = (text(row, 0), text(row, 1), text(row, 2), text(row, 3));
    if kind == "slot" {
        let message =
            format!("replication slot {name} keeps {behind} of the log: whoever reads it is late or gone");
        return Finding::new("replication-lag", Severity::Warning, message)
            .help("pg_drop_replication_slot() when nobody reads it any more");
    }
    let message = format!(
        "standby {name} is {behind} and {seconds} s behind: it replays strong locks late, and its readers wait"
    );
    Finding::new("replication-lag", Severity::Warning, message)
        .help("let it catch up first when its readers matter")
}
