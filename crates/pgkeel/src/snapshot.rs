//! The schema as the last run left it, kept beside the history: what validate compares with when no scratch database is
//! to be had, and what tells later which known state a database is in.

use pgkeel_core::migration::Version;
use pgkeel_core::schema::Schema;
use pgkeel_core::sql::ident::Ident;
use tokio_postgres::Client;

use crate::answer::{ask, text};
use crate::database::Query;
use crate::error::Error;
use crate::known;
use crate::store::Store;

/// A recorded schema.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The migration that was applied last.
    pub version: Option<Version>,
    /// When, in RFC 3339, server time.
    pub taken_at: String,
    /// Its fingerprint.
    pub fingerprint: String,
    /// The schema.
    pub schema: Schema,
}

/// Reads the schema and records it, with its fingerprint at the migration that was applied last. Only under the lock.
/// Returns the fingerprint.
///
/// # Errors
/// The schema cannot be read, or the history not be written.
pub async fn record(client: &Client, store: &Store) -> Result<String, Error> {
    let schema = known::live_schema(client, store).await?;
    let fingerprint = schema.fingerprint();
    let ns = Ident(store.namespace());
    let last = format!(
        "SELECT version FROM {ns}.migrations WHERE outcome OPERATOR(pg_catalog.=) ANY (ARRAY['applied', 'stamped']) \
         ORDER BY applied_at DESC, version DESC LIMIT 1"
    );
    let sql = format!(
        "WITH last AS ({last}), marked AS (UPDATE {ns}.migrations m SET fingerprint = $1 FROM last \
         WHERE m.version OPERATOR(pg_catalog.=) last.version) \
         INSERT INTO {ns}.snapshots (fingerprint, version, schema) VALUES ($1, (SELECT version FROM last), $2::text::jsonb) \
         ON CONFLICT (fingerprint) DO UPDATE SET version = excluded.version, schema = excluded.schema, \
         taken_at = pg_catalog.clock_timestamp(), server_version = excluded.server_version"
    );
    let written = client.execute(&sql, &[&fingerprint, &schema.to_json()]).await;
    written.map_err(|source| Error::History {
        namespace: store.namespace().to_owned(),
        doing: "write",
        source,
    })?;
    Ok(fingerprint)
}

/// The snapshot that was recorded last; none when no run has recorded one.
///
/// # Errors
/// The history cannot be read, or the snapshot is one of a later format.
pub async fn latest(client: &impl Query, store: &Store) -> Result<Option<Snapshot>, Error> {
    if !store.read(client).await?.exists {
        return Ok(None);
    }
    let sql = format!(
        "SELECT version, pg_catalog.to_char(taken_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), fingerprint, \
         schema::text FROM {}.snapshots ORDER BY taken_at DESC LIMIT 1",
        Ident(store.namespace())
    );
    let rows = ask(client, "reading the recorded schema", &sql).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let schema = Schema::from_json(&text(row, 3)).map_err(|error| Error::Refused {
        message: format!("the recorded schema cannot be read: {error}"),
        help: "compare with the migrations instead: `pgkeel validate`".to_owned(),
    })?;
    Ok(Some(Snapshot {
        version: Version::parse(&text(row, 0)),
        taken_at: text(row, 1),
        fingerprint: text(row, 2),
        schema,
    }))
}
