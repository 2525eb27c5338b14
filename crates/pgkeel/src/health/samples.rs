//! Keeps a sample a day of what the server forgets, and reads the samples that checks compare with.

use pgkeel_core::health::Samples;
use pgkeel_core::sql::ident::Ident;

use super::options;
use crate::answer::{ask, text};
use crate::database::{Query, Target, connect};
use crate::error::Error;
use crate::store::Store;

/// What one sample holds. Sequences that a migration holds are left out: nobody waits for them.
const COUNTED: &str = "pg_catalog.jsonb_build_object(
  'sequences', (SELECT coalesce(pg_catalog.jsonb_object_agg(n.nspname || '.' || c.relname, v.last), '{}')
     FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL (SELECT CASE WHEN pg_catalog.has_sequence_privilege(c.oid, 'SELECT, USAGE')
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.relation = c.oid AND l.pid <> pg_catalog.pg_backend_pid()
             AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'))
          THEN pg_catalog.pg_sequence_last_value(c.oid) END AS last) v
    WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND v.last IS NOT NULL),
  'unused', (SELECT coalesce(pg_catalog.jsonb_agg(schemaname || '.' || indexrelname), '[]')
     FROM pg_catalog.pg_stat_user_indexes WHERE idx_scan = 0))";

/// Keeps a sample when the last one is most of a day old, and forgets those of more than a year. Whoever may not write the
/// history keeps none.
///
/// # Errors
/// The database cannot be reached, there is no history, or the role may not write it.
pub async fn keep_sample(target: &Target, store: &Store) -> Result<(), Error> {
    let mut options = options();
    "pgkeel-samples".clone_into(&mut options.application_name);
    let session = connect(target, &options).await?;
    let ns = Ident(store.namespace());
    let sql = format!(
        "INSERT INTO {ns}.samples (data) SELECT {COUNTED}
   WHERE NOT EXISTS (SELECT FROM {ns}.samples WHERE taken_at > pg_catalog.now() - interval '20 hours');
DELETE FROM {ns}.samples WHERE taken_at < pg_catalog.now() - interval '400 days'"
    );
    let kept = ask(session.client(), "keeping a sample of sequences and indexes", &sql).await;
    session.close().await;
    kept.map(|_| ())
}

/// The newest sample of more than 30 days ago, and the oldest of less; none without a history that can be read.
pub(super) async fn samples(client: &impl Query, store: &Store) -> Samples {
    let ns = Ident(store.namespace());
    let month = "pg_catalog.now() - interval '30 days'";
    let sql = format!(
        "SELECT data || pg_catalog.jsonb_build_object('days',
          pg_catalog.extract('epoch', pg_catalog.now() - taken_at) / 86400)
   FROM {ns}.samples WHERE taken_at IN ((SELECT max(taken_at) FROM {ns}.samples WHERE taken_at <= {month}),
                                        (SELECT min(taken_at) FROM {ns}.samples WHERE taken_at > {month}))"
    );
    // Without them the checks say less, and are not wrong.
    let rows = ask(client, "reading the samples", &sql).await.unwrap_or_default();
    Samples(rows.iter().filter_map(|row| serde_json::from_str(&text(row, 0)).ok()).collect())
}
