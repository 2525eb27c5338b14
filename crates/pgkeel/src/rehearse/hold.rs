//! Locks of statements that cannot run in a transaction, watched from another session while they run. That session holds the
//! tables first, so that the statement has to wait and its lock is to be seen; then it lets go and looks on.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;

use tokio_postgres::Client;
use tokio_postgres::types::ToSql;

/// More tables than this are not held: each takes a place in the server's lock table.
const TABLES: usize = 500;

const LOCKS: &str =
    "SELECT COALESCE(l.relation, 0::oid), l.mode, l.granted FROM pg_catalog.pg_locks l WHERE l.pid = $1";

/// Runs a statement in the session of this process, and tells the locks that it had or waited for: relation and mode.
pub(super) async fn watch<T>(
    beside: &Client,
    pid: i32,
    tables: Vec<String>,
    statement: impl Future<Output = T>,
) -> (T, Result<BTreeSet<(u32, String)>, tokio_postgres::Error>) {
    let mut statement = pin!(statement);
    let mut seen = BTreeSet::new();
    if let Err(error) = hold(beside, &tables).await {
        return (statement.await, Err(error));
    }
    let mut held = true;
    let parameters: [&(dyn ToSql + Sync); 1] = [&pid];
    loop {
        // The statement first: it is sent before anybody looks for it.
        let asked = tokio::select! {
            biased;
            outcome = &mut statement => {
                let let_go = if held { beside.batch_execute("ROLLBACK").await } else { Ok(()) };
                return (outcome, let_go.map(|()| seen));
            }
            asked = beside.query(LOCKS, &parameters) => asked,
        };
        let read = asked.and_then(|rows| {
            let mut waits = false;
            for row in rows {
                let (relation, mode, granted): (u32, String, bool) =
                    (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
                waits |= !granted;
                seen.insert((relation, mode));
            }
            Ok(waits)
        });
        let ended = match read {
            Ok(true) if held => {
                held = false;
                beside.batch_execute("ROLLBACK").await
            }
            Ok(_) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = ended {
            let _ = beside.batch_execute("ROLLBACK").await;
            return (statement.await, Err(error));
        }
    }
}

/// Takes a lock that every statement of interest waits for, and that keeps no reader or writer waiting.
async fn hold(beside: &Client, tables: &[String]) -> Result<(), tokio_postgres::Error> {
    beside.batch_execute("BEGIN").await?;
    if tables.is_empty() || tables.len() > TABLES {
        return Ok(());
    }
    let sql = format!("LOCK TABLE ONLY {} IN SHARE UPDATE EXCLUSIVE MODE", tables.join(", ONLY "));
    beside.batch_execute(&sql).await
}
