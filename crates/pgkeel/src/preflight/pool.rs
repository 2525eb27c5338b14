//! A pooler that was passed over, because it is said to keep a connection per session: whether it does.

use std::time::Duration;

use pgkeel_core::finding::{Finding, Severity};

use crate::answer::{ask, text};
use crate::database::{Capabilities, ConnectOptions, Query, Session, Target, connect};
use crate::error::Error;

/// A pool that keeps a connection for each session may have none left for another one: it is not waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Refuses a pool that gives each transaction another connection, as far as that can be told: while this session is idle,
/// another one is given its connection, or this one comes back with another.
///
/// # Errors
/// [`Error::Findings`] then; or the server failed.
pub(crate) async fn pool(
    found: &Capabilities,
    session: &Session,
    target: &Target,
    options: &ConnectOptions,
) -> Result<(), Error> {
    if !found.pooled {
        return Ok(());
    }
    let other = async {
        let other = connect(target, options).await.ok()?;
        let theirs = backend(other.client()).await;
        other.close().await;
        theirs.ok()
    };
    let theirs = tokio::time::timeout(PATIENCE, other).await.ok().flatten();
    let mine = backend(session.client()).await?;
    let ours = found.backend_pid.to_string();
    if mine == ours && theirs.as_ref() != Some(&ours) {
        return Ok(());
    }
    let message = "the pool gives every transaction another connection: the lock of a run would belong to everybody, and stay \
                   when the run is killed";
    let finding = Finding::new("pooler", Severity::Error, message)
        .on(format!("database {}", found.database))
        .help(found.direct_address());
    Err(Error::Findings {
        what: "migrations cannot run on this connection; nothing was changed".to_owned(),
        findings: vec![finding],
    })
}

async fn backend(client: &impl Query) -> Result<String, Error> {
    let rows = ask(client, "asking which process answers", "SELECT pg_catalog.pg_backend_pid()").await?;
    Ok(rows.first().map(|row| text(row, 0)).unwrap_or_default())
}
