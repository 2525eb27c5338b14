//! Indexes that are not valid, not ready or not live.

use super::outcome::bytes;
use super::{Check, Limits, Outcome, Row, Tier};
use crate::finding::Severity;

pub(super) const CHECK: Check = Check {
    id: "invalid-index",
    title: "Every index is valid",
    why: "A CREATE INDEX CONCURRENTLY or REINDEX CONCURRENTLY that fails leaves an index that is written on every \
          change and never read; `IF NOT EXISTS` then takes it for the real one. An invalid unique index guarantees \
          nothing. Invalid indexes of partitioned tables (`CREATE INDEX ON ONLY`) are reported too: they stay \
          invalid until every partition has its part attached. An index that is being built at this moment is not \
          reported.",
    needs: "`pg_read_all_stats`: without it an index that is being built cannot be told from one that failed",
    tier: Tier::Catalog,
    limits: &[],
    queries: &[(
        14,
        "SELECT n.nspname AS namespace, i.relname AS name, t.relname AS \"table\", x.indisunique AS is_unique,
       i.relkind = 'I' AS partitioned,
       CASE WHEN NOT x.indislive THEN 'being dropped' WHEN NOT x.indisready THEN 'not ready' ELSE 'not valid' END AS state,
       i.relpages::float8 * current_setting('block_size')::int AS bytes,
       i.relkind <> 'I' AND NOT pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS blind
  FROM pg_index x
  JOIN pg_class i ON i.oid = x.indexrelid
  JOIN pg_class t ON t.oid = x.indrelid
  JOIN pg_namespace n ON n.oid = t.relnamespace
 WHERE NOT (x.indisvalid AND x.indisready AND x.indislive)
   AND n.nspname !~ '^(pg_|information_schema$)'
   AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p
                    WHERE p.datname = current_database() AND x.indexrelid = p.index_relid)
   AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p
                    WHERE p.datname = current_database() AND p.index_relid = 0 AND x.indrelid = p.relid)
 ORDER BY 1, 2",
    )],
    judge,
};

fn judge(row: Row<'_>, _: &Limits<'_>, outcome: &mut Outcome) {
    let index = row.object();
    if row.flag("blind") {
        outcome.skip(format!(
            "index {index} is not valid, or being built: the role lacks pg_read_all_stats to tell"
        ));
        return;
    }
    let severity = if row.flag("is_unique") { Severity::Error } else { Severity::Warning };
    let message = format!(
        "index {index} on {} is {} ({}){}",
        row.in_namespace("table"),
        row.text("state"),
        bytes(row.real("bytes").unwrap_or_default()),
        if row.flag("is_unique") { "; the uniqueness it stands for is not guaranteed" } else { "" },
    );
    let name = row.text("name");
    // PostgreSQL's own names for what REINDEX CONCURRENTLY makes beside the index that users know.
    let left_over = name.ends_with("_ccnew") || name.ends_with("_ccold");
    let finding = outcome.add(severity, format!("index {index}"), message);
    if row.flag("partitioned") {
        finding.advise(
            "create the index on every partition and attach it with ALTER INDEX ... ATTACH PARTITION",
        );
    } else if left_over || row.text("state") == "being dropped" {
        finding.repair("Drop what is left over", format!("DROP INDEX CONCURRENTLY {index};"));
    } else {
        finding.repair("Rebuild the index", format!("REINDEX INDEX CONCURRENTLY {index};"));
    }
}
