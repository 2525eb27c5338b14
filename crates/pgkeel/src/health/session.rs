//! What makes a session fit for looking: it cannot write, cannot wait long, and finds only PostgreSQL's own names.

use std::time::Duration;

use tokio_postgres::{Client, Error};

/// The longest that a check waits for a lock that a migration holds.
pub const LOCK_TIMEOUT: Duration = Duration::from_millis(100);

/// The longest that one check may take.
pub const STATEMENT_TIMEOUT: Duration = Duration::from_secs(5);

/// Sets the session up. Settings of a session, so not through a transaction pooler: `serve` and `health-check`
/// connect directly, and a pooler that drops them costs speed, not safety.
pub async fn calm(client: &Client) -> Result<(), Error> {
    client
        .batch_execute(&format!(
            "SET default_transaction_read_only = on; SET lock_timeout = {}; SET statement_timeout = {}; \
             SET idle_in_transaction_session_timeout = 5000; SET search_path = pg_catalog; SET jit = off",
            LOCK_TIMEOUT.as_millis(),
            STATEMENT_TIMEOUT.as_millis(),
        ))
        .await
}
