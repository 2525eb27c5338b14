//! The schema that is expected after a run, recorded beside the history.

use std::collections::BTreeSet;

use pgkeel_core::migration::Version;
use pgkeel_core::schema::{Id, Schema};
use pgkeel_core::sql::ident::{Ident, Literal};
use tokio_postgres::Client;
use tokio_postgres::types::{ToSql, Type};

use super::{Store, is_undefined};
use crate::answer::{ask, text};
use crate::database::Query;
use crate::error::Error;

/// Which schema was recorded last, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its fingerprint.
    pub fingerprint: String,
    /// The migration after which it was recorded.
    pub version: Option<String>,
    /// When, RFC 3339.
    pub taken_at: String,
}

impl Store {
    /// Records a schema, with its fingerprint at the migration that was applied last, unless that has one. `found` is what was
    /// there before the first migration; what was recorded of it before counts more. Only under the lock.
    ///
    /// # Errors
    /// The server failed, or the role may not write the history.
    pub async fn record_schema(
        &self,
        client: &Client,
        schema: &Schema,
        found: &BTreeSet<Id>,
    ) -> Result<String, Error> {
        let ns = Ident(self.namespace());
        let (fingerprint, json) = rayon::join(|| schema.fingerprint(), || schema.to_line());
        let last = format!(
            "SELECT version FROM {ns}.migrations WHERE outcome OPERATOR(pg_catalog.=) ANY (ARRAY['applied', 'stamped']) \
             ORDER BY applied_at DESC, version DESC LIMIT 1"
        );
        let sql = format!(
            "WITH last AS ({last}), former AS (SELECT found FROM {ns}.snapshots ORDER BY taken_at DESC LIMIT 1), marked AS (UPDATE {ns}.migrations m SET fingerprint = $1 FROM last \
             WHERE m.version OPERATOR(pg_catalog.=) last.version AND m.fingerprint IS NULL) \
             INSERT INTO {ns}.snapshots (fingerprint, version, schema, found) \
             VALUES ($1, (SELECT version FROM last), $2::text::json, COALESCE((SELECT found FROM former), $3)) \
             ON CONFLICT (fingerprint) DO UPDATE SET version = excluded.version, schema = excluded.schema, \
             found = excluded.found, \
             taken_at = pg_catalog.clock_timestamp(), server_version = excluded.server_version"
        );
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        let values: [(&(dyn ToSql + Sync), Type); 3] =
            [(&fingerprint, Type::TEXT), (&json, Type::TEXT), (&found, Type::TEXT_ARRAY)];
        let written = client.query_typed(&sql, &values).await;
        written.map_err(|source| Error::History {
            namespace: self.namespace().to_owned(),
            doing: "write",
            source,
        })?;
        Ok(fingerprint)
    }

    /// The statement that gives an entry its fingerprint, unless a run has recorded one.
    pub(crate) fn set_missing_fingerprint(&self, version: &Version, fingerprint: &str) -> String {
        format!(
            "UPDATE {}.migrations SET fingerprint = {} WHERE version OPERATOR(pg_catalog.=) {} AND fingerprint IS NULL",
            Ident(self.namespace()),
            Literal(fingerprint),
            Literal(version.as_str()),
        )
    }

    /// The schema recorded last; none when there is no history, or when a migration was applied since.
    ///
    /// # Errors
    /// The server failed, or the role may not read the history.
    pub async fn last_recorded(&self, client: &impl Query) -> Result<Option<Recorded>, Error> {
        let ns = Ident(self.namespace());
        let sql = format!(
            "SELECT s.fingerprint, s.version, pg_catalog.to_char(s.taken_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') \
             FROM {ns}.snapshots s WHERE NOT EXISTS (SELECT FROM {ns}.migrations m WHERE m.applied_at > s.taken_at) \
             ORDER BY s.taken_at DESC LIMIT 1"
        );
        match ask(client, "reading the recorded schema", &sql).await {
            Ok(rows) => Ok(rows.first().map(|row| Recorded {
                fingerprint: text(row, 0),
                version: row.get(1).cloned().flatten(),
                taken_at: text(row, 2),
            })),
            Err(Error::Server { source, .. }) if is_undefined(&source) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The schema with this fingerprint, as it was recorded; none when it cannot be read any more.
    ///
    /// # Errors
    /// As [`Store::last_recorded`].
    pub async fn recorded_schema(
        &self,
        client: &impl Query,
        fingerprint: &str,
    ) -> Result<Option<Schema>, Error> {
        let (ns, wanted) = (Ident(self.namespace()), Literal(fingerprint));
        let sql = format!("SELECT schema FROM {ns}.snapshots WHERE fingerprint = {wanted}");
        let rows = ask(client, "reading the recorded schema", &sql).await?;
        Ok(rows.first().and_then(|row| Schema::from_json(&text(row, 0)).ok()))
    }
}
