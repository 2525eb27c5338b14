//! Whether somebody has changed the schema since: a number that grows with every write to the catalog.

use tokio_postgres::{Error, SimpleQueryMessage};

use crate::answer::column;
use crate::database::Query;

/// What ANALYZE and large objects write is no change of the schema. (PostgreSQL documentation, table
/// "pg_stat_all_tables View"; the counters also count what was rolled back, and arrive up to a second late.)
const QUESTION: &str =
    "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint FROM pg_catalog.pg_stat_sys_tables
 WHERE schemaname = 'pg_catalog'
   AND relname NOT IN ('pg_statistic', 'pg_statistic_ext_data', 'pg_largeobject', 'pg_largeobject_metadata')";

/// How many rows were ever written to the catalog of this database; none where the server does not count. Two equal
/// numbers mean that the schema is the same; two different ones, that it is worth being compared again.
///
/// # Errors
/// The connection is gone.
pub async fn catalog_writes(session: &impl Query) -> Result<Option<i64>, Error> {
    let answer = session.simple_query(QUESTION).await?;
    Ok(answer.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => column(row, 0)?.parse().ok(),
        _ => None,
    }))
}
