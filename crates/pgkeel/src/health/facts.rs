//! What the server says of itself.

use pgkeel_core::health::ServerFacts;
use tokio_postgres::{Client, Error};

/// Reads version, database, role, recovery state and extensions in one statement.
pub async fn facts(client: &Client) -> Result<ServerFacts, Error> {
    let row = client
        .query_typed(
            "SELECT current_setting('server_version_num')::int / 10000, current_setting('server_version'), \
             current_database()::text, current_user::text, pg_is_in_recovery(), \
             coalesce((SELECT array_agg(extname::text ORDER BY extname) FROM pg_extension), '{}'), \
             coalesce((SELECT array_agg(extversion ORDER BY extname) FROM pg_extension), '{}')",
            &[],
        )
        .await?
        .into_iter()
        .next();
    let Some(row) = row else { return Ok(ServerFacts::default()) };
    let names: Vec<String> = row.try_get(5)?;
    let versions: Vec<String> = row.try_get(6)?;
    Ok(ServerFacts {
        major: u32::try_from(row.try_get::<_, i32>(0)?).unwrap_or_default(),
        version: row.try_get(1)?,
        database: row.try_get(2)?,
        role: row.try_get(3)?,
        standby: row.try_get(4)?,
        extensions: names.into_iter().zip(versions).collect(),
    })
}
