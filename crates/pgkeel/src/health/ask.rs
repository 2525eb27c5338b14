//! One statement per check, each a transaction of its own, sent without waiting for the one before.

use futures_util::future::join_all;
use pgkeel_core::health::{Check, HealthSettings, Outcome, Samples};
use serde_json::Value;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Error, SimpleQueryMessage};

use crate::answer::column;
use crate::database::Query;

/// Rows of a check that are read; the rest is counted.
const ROWS: usize = 1000;

/// Asks these checks in one round trip (the driver pipelines them) and judges the answers, with what earlier `samples` say. A check that the server
/// refuses is skipped with the reason; an error is returned only when the connection is gone.
pub async fn ask_all(
    session: &impl Query,
    major: u32,
    checks: impl IntoIterator<Item = &'static Check>,
    settings: &HealthSettings,
    samples: &Samples,
) -> Result<Vec<Outcome>, Error> {
    let asked = checks.into_iter().map(|check| ask(session, major, check, settings, samples));
    join_all(asked).await.into_iter().collect()
}

/// Asks one check.
pub async fn ask(
    session: &impl Query,
    major: u32,
    check: &'static Check,
    settings: &HealthSettings,
    samples: &Samples,
) -> Result<Outcome, Error> {
    let Some(query) = check.query(major) else {
        return Ok(Outcome::skipped(check, format!("PostgreSQL {major} cannot answer this")));
    };
    // The simple protocol: one message asks, no round trip is spent on preparing, and its statements are one
    // transaction. Nothing that a user has made may stand in for a name of PostgreSQL's own.
    let sql = format!(
        "SET LOCAL search_path = pg_catalog;\nSELECT to_jsonb(answer), count(*) OVER () \
         FROM (\n{query}\n) answer LIMIT {ROWS}"
    );
    match session.simple_query(&sql).await {
        Ok(messages) => {
            let (mut rows, mut total) = (Vec::new(), 0);
            for message in messages {
                let SimpleQueryMessage::Row(row) = message else { continue };
                total = column(&row, 1).and_then(|text| text.parse().ok()).unwrap_or(total);
                rows.extend(column(&row, 0).and_then(|text| serde_json::from_str::<Value>(text).ok()));
            }
            Ok(Outcome::judge_with(check, &rows, total, settings, samples))
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
