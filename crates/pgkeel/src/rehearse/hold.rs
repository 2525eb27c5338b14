//! Locks of statements that cannot run in a transaction, watched from another session while they run. That session holds the
//! tables first, so that the statement has to wait and its lock is to be seen; then it lets go and looks on.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use tokio_postgres::Client;

/// More tables than this are not held: each takes a place in the server's lock table.
const TABLES: usize = 500;

const LOCKS: &str =
    "SELECT COALESCE(l.relation, 0::oid), l.mode, l.granted FROM pg_catalog.pg_locks l WHERE l.pid = $1";

const NAMES: &str = "SELECT pg_catalog.string_agg(pg_catalog.format('ONLY %I.%I', n.nspname, c.relname), ', ') \
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    WHERE c.oid = ANY ($1) AND c.relkind IN ('r', 'p')";

/// How long to wait before the next look, once the statement runs.
const PAUSE: Duration = Duration::from_millis(5);

/// Runs a statement in the session of this process, and tells the locks that it had or waited for: relation and mode. None
/// are told when nobody could look on.
pub(super) async fn watch<T>(
    beside: &Client,
    pid: i32,
    tables: &[u32],
    statement: impl Future<Output = T>,
) -> (T, BTreeSet<(u32, String)>) {
    let mut statement = pin!(statement);
    let mut seen = BTreeSet::new();
    let mut held = match hold(beside, tables).await {
        Ok(()) => true,
        Err(error) => {
            tracing::debug!(%error, "the locks of a statement could not be watched");
            let _ = beside.batch_execute("ROLLBACK").await;
            return (statement.await, seen);
        }
    };
    loop {
        let look = async {
            if !held {
                tokio::time::sleep(PAUSE).await;
            }
            looked(beside, pid, &mut seen).await
        };
        // The statement first: it is sent before anybody looks for it.
        let read = tokio::select! {
            biased;
            outcome = &mut statement => {
                // A session that does not answer has let go.
                let _ = beside.batch_execute("ROLLBACK").await;
                return (outcome, seen);
            }
            read = look => read,
        };
        let waits = match read {
            Ok(waits) => waits,
            Err(error) => {
                tracing::debug!(%error, "the locks of a statement could not be watched");
                let _ = beside.batch_execute("ROLLBACK").await;
                return (statement.await, seen);
            }
        };
        if waits && held {
            held = false;
            let _ = beside.batch_execute("ROLLBACK").await;
        }
    }
}

/// Adds the locks of a process to those that were seen. Whether it waits for one.
async fn looked(
    beside: &Client,
    pid: i32,
    seen: &mut BTreeSet<(u32, String)>,
) -> Result<bool, tokio_postgres::Error> {
    let mut waits = false;
    for row in beside.query(LOCKS, &[&pid]).await? {
        let (relation, mode, granted): (u32, String, bool) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        waits |= !granted;
        seen.insert((relation, mode));
    }
    Ok(waits)
}

/// Takes a lock that every statement of interest waits for, and that keeps no reader or writer waiting. Tables that are gone
/// are not held, and others by the names that they have now.
async fn hold(beside: &Client, tables: &[u32]) -> Result<(), tokio_postgres::Error> {
    beside.batch_execute("BEGIN").await?;
    if tables.len() > TABLES {
        return Ok(());
    }
    let names: Option<String> = beside.query_one(NAMES, &[&tables]).await?.try_get(0)?;
    match names {
        Some(names) => {
            beside.batch_execute(&format!("LOCK TABLE {names} IN SHARE UPDATE EXCLUSIVE MODE")).await
        }
        None => Ok(()),
    }
}
