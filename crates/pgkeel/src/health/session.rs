//! What makes a session fit for looking: it cannot write, and cannot wait long.

use std::time::Duration;

use crate::database::ConnectOptions;

/// The longest that a check waits for a lock that a migration holds.
pub const LOCK_TIMEOUT: Duration = Duration::from_millis(100);

/// The longest that one check may take.
pub const STATEMENT_TIMEOUT: Duration = Duration::from_secs(5);

/// How to open the session that looks; open it as [`crate::database::ReadOnly`].
pub fn options() -> ConnectOptions {
    let options =
        ConnectOptions { application_name: "pgkeel-health".to_owned(), ..ConnectOptions::default() };
    options
        .setting("lock_timeout", LOCK_TIMEOUT.as_millis().to_string())
        .setting("statement_timeout", STATEMENT_TIMEOUT.as_millis().to_string())
        .setting("idle_in_transaction_session_timeout", "5000")
        .setting("jit", "off")
}
