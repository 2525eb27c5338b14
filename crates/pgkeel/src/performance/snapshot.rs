//! Reads the counters.

use pgkeel_core::performance::{Counters, Snapshot, is_explainable};
use pgkeel_core::sql::ident::Ident;
use serde_json::Value;
use tokio_postgres::SimpleQueryMessage;

use super::plans;
use crate::answer::{ask, column, text};
use crate::database::Query;

/// Statements of each order that are kept: the costliest, the most frequent, those that touch most blocks.
const OF_EACH: usize = 250;

/// Why there are no counters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unavailable {
    /// The extension is not installed in this database.
    #[error("pg_stat_statements is not installed in this database: CREATE EXTENSION pg_stat_statements")]
    NotInstalled,
    /// The server refused.
    #[error("pg_stat_statements cannot be read: {0}")]
    Refused(String),
}

/// Reads them, and with `plans` the generic plans of the costliest statements (PostgreSQL 16 and later).
///
/// # Errors
/// Why there are none.
pub async fn snapshot(client: &impl Query, plans: bool) -> Result<Snapshot, Unavailable> {
    let refused = |error: crate::Error| Unavailable::Refused(error.to_string());
    let found = "SELECT n.nspname, pg_catalog.current_setting('server_version_num')::int / 10000 \
                 FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace \
                 WHERE e.extname = 'pg_stat_statements'";
    let rows = ask(client, "looking for pg_stat_statements", found).await.map_err(refused)?;
    let row = rows.first().ok_or(Unavailable::NotInstalled)?;
    let major: u32 = text(row, 1).parse().unwrap_or_default();
    let namespace = text(row, 0);
    let mut snapshot = read(client, &namespace).await?;
    if snapshot.statements.iter().any(|one| one.query.is_empty() || one.query == "<insufficient privilege>") {
        snapshot
            .notes
            .push("statements of other roles are not seen: GRANT pg_read_all_stats to this role".to_owned());
        snapshot.statements.retain(|one| !one.query.is_empty() && one.query != "<insufficient privilege>");
    }
    if plans && major >= 16 {
        plans::add(client, &mut snapshot).await;
    } else if plans {
        snapshot.notes.push(format!("plans are not kept: PostgreSQL {major} has no EXPLAIN (GENERIC_PLAN)"));
    }
    Ok(snapshot)
}

async fn read(client: &impl Query, namespace: &str) -> Result<Snapshot, Unavailable> {
    let ns = Ident(namespace);
    // Columns differ from version to version of the extension, which may be older than the server.
    let sql = format!(
        "SET LOCAL statement_timeout = '2s'; SET LOCAL search_path = pg_catalog;
WITH statements AS MATERIALIZED (
  SELECT to_jsonb(s) AS s, r.rolname::text AS role, s.calls AS calls, s.total_exec_time AS time,
         s.shared_blks_hit + s.shared_blks_read AS blocks
    FROM {ns}.pg_stat_statements s LEFT JOIN pg_roles r ON r.oid = s.userid
   WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
), ranked AS (
  SELECT *, row_number() OVER (ORDER BY time DESC) AS by_time, row_number() OVER (ORDER BY calls DESC) AS by_calls,
         row_number() OVER (ORDER BY blocks DESC) AS by_blocks FROM statements
)
SELECT coalesce(jsonb_agg(jsonb_build_object('role', coalesce(role, ''), 'toplevel', coalesce(s->'toplevel', 'true'), 'query', coalesce(left(s->>'query', 8000), ''),
       'calls', s->'calls', 'total_exec_time', s->'total_exec_time', 'mean_exec_time', s->'mean_exec_time',
       'stddev_exec_time', s->'stddev_exec_time', 'rows', s->'rows', 'shared_blks_hit', s->'shared_blks_hit',
       'shared_blks_read', s->'shared_blks_read', 'temp_blks_written', s->'temp_blks_written') ORDER BY time DESC), '[]')
  FROM ranked WHERE least(by_time, by_calls, by_blocks) <= {OF_EACH};
SELECT extract(epoch FROM stats_reset)::float8, dealloc, extract(epoch FROM clock_timestamp())::float8,
       current_setting('pg_stat_statements.max', true) FROM {ns}.pg_stat_statements_info"
    );
    let messages = client.simple_query(&sql).await.map_err(|error| {
        let words = error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned());
        Unavailable::Refused(words)
    })?;
    let mut snapshot = Snapshot::default();
    for message in messages {
        let SimpleQueryMessage::Row(row) = message else { continue };
        let number = |at| column(&row, at).and_then(|text| text.parse::<f64>().ok());
        if row.len() == 1 {
            let list = column(&row, 0).and_then(|text| serde_json::from_str::<Value>(text).ok());
            let list = list.as_ref().and_then(Value::as_array);
            let read = |one: &Value| serde_json::from_value::<Counters>(one.clone()).ok();
            snapshot.statements = list.into_iter().flatten().filter_map(read).collect();
        } else {
            snapshot.reset_at = number(0);
            snapshot.evicted = number(1).unwrap_or_default();
            snapshot.at = number(2).unwrap_or_default();
            snapshot.room = number(3).unwrap_or_default();
        }
    }
    // What pgkeel itself asks is nobody's query, and SET or BEGIN cost nothing worth comparing.
    snapshot.statements.retain(|one| {
        one.query.starts_with('<') || is_explainable(&one.query) && !one.query.contains("pg_stat_statements")
    });
    Ok(snapshot)
}
