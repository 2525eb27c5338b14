//! What the server says of itself.

use pgkeel_core::health::ServerFacts;
use serde_json::Value;
use tokio_postgres::{Error, SimpleQueryMessage};

use crate::answer::column;
use crate::database::Query;

const QUESTION: &str = "SELECT pg_catalog.jsonb_build_object(
    'major', pg_catalog.current_setting('server_version_num')::int / 10000, 'version', pg_catalog.current_setting('server_version'),
    'database', pg_catalog.current_database(), 'role', current_user, 'standby', pg_catalog.pg_is_in_recovery(),
    'extensions', coalesce((SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('name', extname, 'version', extversion) ORDER BY extname) FROM pg_catalog.pg_extension), '[]'))";

/// Reads version, database, role, recovery state and extensions in one statement.
pub async fn facts(session: &impl Query) -> Result<ServerFacts, Error> {
    let answer = session.simple_query(QUESTION).await?;
    let text = answer.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => column(row, 0),
        _ => None,
    });
    let value = text.and_then(|text| serde_json::from_str::<Value>(text).ok()).unwrap_or_default();
    Ok(serde_json::from_value(value).unwrap_or_default())
}
