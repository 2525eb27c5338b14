//! The schema as the last run left it, kept beside the history: what validate compares with when no scratch database is
//! to be had, and what tells later which known state a database is in.

use std::collections::BTreeSet;

use pgkeel_core::history::State;
use pgkeel_core::migration::Migration;
use pgkeel_core::schema::Schema;
use tokio_postgres::Client;

use crate::database::Query;
use crate::error::Error;
use crate::known;
use crate::source::{self, Loaded};
use crate::status::Status;
use crate::store::{Recorded, Store};

mod before;

pub(crate) use before::{Before, Drifted, Reader};

/// Reads the schema and records it, with its fingerprint at the migration that was applied last. Only under the lock.
/// Returns the fingerprint.
///
/// # Errors
/// The schema cannot be read, or the history not be written.
pub async fn record(client: &Client, store: &Store) -> Result<String, Error> {
    store.record_schema(client, &known::live_schema(client, store).await?, &BTreeSet::new()).await
}

/// The schema that was recorded last; none when no run has recorded the one that its migrations left.
///
/// # Errors
/// The history cannot be read, or the snapshot is one of a later format.
pub async fn latest(client: &impl Query, store: &Store) -> Result<Option<(Recorded, Schema)>, Error> {
    let Some(recorded) = store.last_recorded(client).await? else { return Ok(None) };
    let schema =
        store.recorded_schema(client, &recorded.fingerprint).await?.ok_or_else(|| Error::Refused {
            message: format!("the schema recorded at {} cannot be read by this version", recorded.taken_at),
            help: "compare with the migrations instead: `pgkeel validate`".to_owned(),
        })?;
    Ok(Some((recorded, schema)))
}

/// What the last run recorded, in the place of a replay that failed. Migrations that are all applied and unchanged ran on
/// the database itself: what cannot run them is the scratch server, which has another version or lacks an extension.
///
/// # Errors
/// `error`, when there is something that has not run yet, or nothing is recorded.
pub async fn instead_of_replay(
    client: &impl Query,
    store: &Store,
    status: &Status,
    migrations: &[Migration],
    error: source::Error,
) -> Result<Loaded, Error> {
    let all_ran = status.standings(migrations).iter().all(|standing| standing.state == State::Applied);
    let unable = matches!(
        error,
        source::Error::Load(_) | source::Error::LoadElsewhere { .. } | source::Error::LoadEmbedded { .. }
    );
    let found = if all_ran && unable { latest(client, store).await? } else { None };
    let Some((recorded, schema)) = found else { return Err(Box::new(error).into()) };
    let note = format!(
        "compared with the schema that the last run recorded at {}, because the migrations, which ran here, could not be \
         replayed: {error}",
        recorded.taken_at
    );
    Ok(Loaded { schema, role: None, notes: vec![note] })
}
