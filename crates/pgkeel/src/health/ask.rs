//! One statement per check, each a transaction of its own, sent without waiting for the one before.

use futures_util::future::join_all;
use pgkeel_core::health::{Check, HealthSettings, Outcome};
use serde_json::Value;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Error};

/// Rows of a check that are read; the rest is counted.
const ROWS: usize = 1000;

/// Asks these checks in one round trip (the driver pipelines them) and judges the answers. A check that the server
/// refuses is skipped with the reason; an error is returned only when the connection is gone.
pub async fn ask_all(
    client: &Client,
    major: u32,
    checks: impl IntoIterator<Item = &'static Check>,
    settings: &HealthSettings,
) -> Result<Vec<Outcome>, Error> {
    // Collected before it is polled: all requests are on the wire before the first answer is awaited.
    let asked: Vec<_> = checks.into_iter().map(|check| ask(client, major, check, settings)).collect();
    join_all(asked).await.into_iter().collect()
}

/// Asks one check.
pub async fn ask(
    client: &Client,
    major: u32,
    check: &'static Check,
    settings: &HealthSettings,
) -> Result<Outcome, Error> {
    let Some(query) = check.query(major) else {
        return Ok(Outcome::skipped(check, format!("PostgreSQL {major} cannot answer this")));
    };
    let sql = format!("SELECT to_jsonb(answer), count(*) OVER () FROM (\n{query}\n) answer LIMIT {ROWS}");
    match client.query_typed(&sql, &[]).await {
        Ok(rows) => {
            let total = rows.first().and_then(|row| row.try_get::<_, i64>(1).ok()).unwrap_or_default();
            let values: Vec<Value> = rows.iter().filter_map(|row| row.try_get(0).ok()).collect();
            Ok(Outcome::judge(check, &values, usize::try_from(total).unwrap_or_default(), settings))
        }
        Err(error) if error.is_closed() || error.code().is_none() => Err(error),
        Err(error) => Ok(Outcome::skipped(check, reason(&error))),
    }
}

fn reason(error: &Error) -> String {
    let code = error.code().unwrap_or(&SqlState::INTERNAL_ERROR);
    let message = error.as_db_error().map(tokio_postgres::error::DbError::message).unwrap_or_default();
    if *code == SqlState::LOCK_NOT_AVAILABLE {
        "a migration holds a lock that this check would have to wait for".to_owned()
    } else if *code == SqlState::QUERY_CANCELED {
        "it took too long".to_owned()
    } else if *code == SqlState::INSUFFICIENT_PRIVILEGE {
        format!("the role lacks a privilege: {message}")
    } else {
        format!("the server refused the query ({}: {message})", code.code())
    }
}
