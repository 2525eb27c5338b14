//! What a scratch server said, in words.

use std::error::Error as _;

/// The server's words, with its detail and its SQLSTATE; `None` when it was not the server who failed.
pub(crate) fn refusal(error: &tokio_postgres::Error) -> Option<String> {
    let refusal = error.as_db_error()?;
    let detail = refusal.detail().map(|detail| format!("; {detail}")).unwrap_or_default();
    Some(format!("{}{detail} ({})", refusal.message(), refusal.code().code()))
}

/// The same, or else what broke.
pub(crate) fn said(error: &tokio_postgres::Error) -> String {
    let broke = || match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    };
    refusal(error).unwrap_or_else(broke)
}
