//! Reads a database's schema: one consistent snapshot, and round trips that do not grow with the schema.

mod addresses;
mod queries;
mod row;

use std::time::Duration;

use futures_util::future::try_join_all;
use pgkeel_core::object::{Body, Kind};
use pgkeel_core::schema::Schema;
use tokio_postgres::{Client, Row};

use crate::database::ReadOnly;
use addresses::{Address, Addresses};
use row::{RowDeserializer, RowError};

/// How long one lock may be waited for: a migration that holds a table must not hold up whoever only looks.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// Everything that settles how PostgreSQL writes definitions, so that equal schemas are written alike.
const SETTINGS: &str = "SET LOCAL search_path = ''; SET LOCAL quote_all_identifiers = off; SET LOCAL datestyle = 'ISO, YMD'; \
     SET LOCAL intervalstyle = 'postgres'; SET LOCAL timezone = 'UTC'; SET LOCAL extra_float_digits = 1; \
     SET LOCAL bytea_output = 'hex'; SET LOCAL xmloption = content; SET LOCAL statement_timeout = 0; SET LOCAL jit = off";

/// Why a schema could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server refused or the connection broke.
    #[error("the schema could not be read: {}", describe(.0))]
    Database(#[from] tokio_postgres::Error),
    /// A catalog row did not have the shape that was asked for: a mistake of pgkeel's.
    #[error("reading {kind}: {message}")]
    Row {
        /// What was read.
        kind: &'static str,
        /// What was wrong.
        message: String,
    },
    /// The server is too old.
    #[error("PostgreSQL {0} is not supported; 14 is the oldest that is")]
    TooOld(String),
}

impl Error {
    /// Whether a lock that somebody else holds was the reason.
    pub fn is_locked(&self) -> bool {
        let locked = tokio_postgres::error::SqlState::LOCK_NOT_AVAILABLE;
        matches!(self, Self::Database(error) if error.code() == Some(&locked))
    }
}

fn describe(error: &tokio_postgres::Error) -> String {
    error
        .as_db_error()
        .map_or_else(|| error.to_string(), |error| format!("{} ({})", error.message(), error.code().code()))
}

/// What the session says about itself.
#[derive(Debug, Clone)]
pub struct Session {
    /// `server_version_num`.
    pub version: u32,
    /// The current role.
    pub role: String,
}

/// Reads the schema of the database that `client` is connected to, in one read-only transaction.
///
/// # Errors
/// When a query fails, among others because a lock was held for longer than five seconds (SQLSTATE 55P03).
pub async fn introspect(client: &Client) -> Result<Schema, Error> {
    read(client).await.map(|(schema, _)| schema)
}

/// As [`introspect`], with what the session says about itself.
///
/// # Errors
/// As [`introspect`].
pub async fn read(client: &Client) -> Result<(Schema, Session), Error> {
    read_waiting(client, LOCK_TIMEOUT).await
}

/// As [`read`], waiting for a lock no longer than this.
///
/// # Errors
/// As [`introspect`]; [`Error::is_locked`] tells when a lock was the reason.
pub async fn read_waiting(client: &Client, longest: Duration) -> Result<(Schema, Session), Error> {
    let start = format!(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL lock_timeout = {}; {SETTINGS}",
        longest.as_millis()
    );
    let about = "SELECT current_setting('server_version_num')::int, current_user::text, current_setting('server_version'), \
                 has_column_privilege('pg_subscription', 'subconninfo', 'SELECT')";
    // Sent together, as everything that can be: a schema is read in two round trips.
    let (begun, about) = tokio::join!(client.batch_execute(&start), client.query_typed(about, &[]));
    begun?;
    match about.map_err(Error::from).and_then(|rows| About::of(&rows)) {
        Ok(about) => read_all(client, about).await,
        Err(error) => {
            // The first error tells more than one of ending the transaction could.
            let _ = client.batch_execute("ROLLBACK").await;
            Err(error)
        }
    }
}

/// As [`read`], on a session that cannot write.
///
/// # Errors
/// As [`introspect`].
pub async fn of(session: &ReadOnly) -> Result<(Schema, Session), Error> {
    // A transaction of its own, read-only by itself, also where a pooler takes no settings for the session.
    read(session.client()).await
}

/// What has to be known before the first question.
struct About {
    session: Session,
    sees_subscriptions: bool,
}

impl About {
    fn of(rows: &[Row]) -> Result<Self, Error> {
        let row = rows.first().ok_or(Error::Row { kind: "session", message: "no row".to_owned() })?;
        let version = u32::try_from(row.try_get::<_, i32>(0)?).unwrap_or_default();
        if version < 140_000 {
            return Err(Error::TooOld(row.try_get(2)?));
        }
        let session = Session { version, role: row.try_get(1)? };
        Ok(Self { session, sees_subscriptions: row.try_get(3)? })
    }
}

/// Reads everything, and ends the transaction.
async fn read_all(client: &Client, about: About) -> Result<(Schema, Session), Error> {
    let About { session, sees_subscriptions } = about;
    let version = session.version;
    let major = version / 10_000;
    let text = |kind: Kind| match kind {
        Kind::Subscription if !sees_subscriptions => queries::HIDDEN_SUBSCRIPTIONS,
        kind => queries::of_kind(kind),
    };
    let mut texts: Vec<String> =
        Kind::ALL.iter().map(|kind| queries::for_server(text(*kind), major)).collect();
    for extra in [
        queries::COMMENTS,
        queries::LABELS,
        queries::ACCESS,
        queries::SAME,
        queries::DEPENDENCIES,
        queries::UNCOVERED,
    ] {
        texts.push(queries::for_server(extra, major));
    }
    // All at once: the requests are written before the first answer is read.
    let questions = try_join_all(texts.iter().map(|text| client.query_typed(text, &[])));
    let (answers, ended) = tokio::join!(questions, client.batch_execute("COMMIT"));
    let mut answers = answers?;
    ended?;
    let attributes = answers.split_off(Kind::ALL.len());
    let mut addresses = Addresses::default();
    let mut schema = Schema { version, ..Schema::default() };
    for (kind, rows) in Kind::ALL.iter().zip(&answers) {
        for row in rows {
            if *kind == Kind::Subscription && !sees_subscriptions {
                let name: String = row.try_get(0)?;
                schema
                    .unsupported
                    .insert(format!("subscription {name}: only a superuser may read its connection"));
                continue;
            }
            let body = definition(*kind, row)?;
            if let Body::UserMapping(mapping) = &body
                && mapping.hidden
            {
                schema.unsupported.insert(format!("{}: its options may not be read by this role", body.id()));
            }
            addresses.register(Address::of(row, 0)?, body.id());
            if let Body::SequenceOwner(_)
            | Body::Attachment(_)
            | Body::Inheritance(_)
            | Body::IndexAttachment(_) = &body
            {
                addresses.connects(row, body.id())?;
            }
            schema.insert(pgkeel_core::schema::Object::new(body));
        }
    }
    let [comments, labels, access, same, dependencies, uncovered] = attributes.as_slice() else {
        return Err(Error::Row { kind: "attributes", message: "an answer is missing".to_owned() });
    };
    for row in uncovered {
        schema.unsupported.insert(row.try_get(0)?);
    }
    addresses.same(same)?;
    addresses.comments(comments, &mut schema)?;
    addresses.labels(labels, &mut schema)?;
    addresses.access(access, &mut schema)?;
    addresses.dependencies(dependencies, &mut schema)?;
    Ok((schema, session))
}

fn definition(kind: Kind, row: &Row) -> Result<Body, Error> {
    let wrong = |error: RowError| Error::Row { kind: kind.word(), message: error.to_string() };
    kind.read(RowDeserializer { row, skip: 3 }).map_err(wrong)
}
