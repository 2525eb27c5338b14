//! Indexes that nothing reads.

use super::outcome::bytes;
use super::samples::SAMPLED_DAYS;
use super::{Check, Limit, Limits, MIB, Outcome, Row, Tier};
use crate::finding::Severity;

pub(super) const CHECK: Check = Check {
    id: "unused-index",
    title: "Every large index is used",
    why: "An index that no scan uses still costs every write, every vacuum and cache. Unique indexes, those behind a \
          constraint, a foreign key, a replica identity or CLUSTER, and parts of a partitioned index are not judged. \
          Scans on standbys are not counted here, so with standbys it is only mentioned. Judged only when a month is covered: \
          by the samples that `serve` keeps in the history once a day, by the time of the last scan (PostgreSQL 16 and \
          later), or by the statistics since they were reset or the server started. pgkeel never drops an index for this.",
    needs: "nothing",
    tier: Tier::Slow,
    limits: &[
        Limit { key: "min_bytes", default: 10.0 * MIB, meaning: "smaller indexes are not reported" },
        Limit { key: "min_days", default: 30.0, meaning: "days that the statistics must cover" },
    ],
    queries: &[(
        14,
        "SELECT s.schemaname AS namespace, s.indexrelname AS name, s.relname AS \"table\",
       i.relpages::float8 * current_setting('block_size')::int AS bytes,
       extract(epoch FROM now() - coalesce((to_jsonb(s) ->> 'last_idx_scan')::timestamptz,
         greatest(d.stats_reset, pg_postmaster_start_time())))::float8 / 86400 AS days,
       EXISTS (SELECT FROM pg_stat_replication) AS has_standby
  FROM pg_stat_user_indexes s
  JOIN pg_index x ON x.indexrelid = s.indexrelid
  JOIN pg_class i ON i.oid = s.indexrelid
 CROSS JOIN (SELECT stats_reset FROM pg_stat_database WHERE datname = current_database()) d
 WHERE (s.idx_scan = 0 OR (to_jsonb(s) ->> 'last_idx_scan')::timestamptz < now() - interval '1 day') AND x.indisvalid AND NOT (x.indisunique OR x.indisprimary OR x.indisexclusion OR x.indisreplident OR x.indisclustered)
   AND NOT i.relispartition
   AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = x.indexrelid)
   AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conrelid = x.indrelid
                      AND f.conkey <@ ((x.indkey::int2[])[0:cardinality(f.conkey) - 1]))
 ORDER BY bytes DESC, 1, 2",
    )],
    judge,
};

fn judge(row: Row<'_>, limits: &Limits<'_>, outcome: &mut Outcome) {
    let size = row.real("bytes").unwrap_or_default();
    if size < limits.get("min_bytes") {
        return;
    }
    let covered = row.real("days").unwrap_or_default();
    let (days, wanted) = (covered.max(row.real(SAMPLED_DAYS).unwrap_or_default()), limits.get("min_days"));
    if days < wanted {
        outcome.skip(format!(
            "the statistics cover {days:.0} days, {wanted:.0} are needed to call an index unused"
        ));
        return;
    }
    let index = row.object();
    outcome.measure("bytes", Some(format!("index {index}")), size);
    let severity = if row.flag("has_standby") { Severity::Info } else { Severity::Warning };
    let message = format!(
        "index {index} on {} ({}) has not been used in {days:.0} days",
        row.in_namespace("table"),
        bytes(size),
    );
    outcome
        .add(severity, format!("index {index}"), message)
        .advise("make sure that no standby, no yearly report needs it; then drop it")
        .repair("Drop it", format!("DROP INDEX CONCURRENTLY {index};"));
}
