//! Tables partitioned by time whose last partition is about to end.

use super::outcome::duration;
use super::{Check, Limit, Limits, Outcome, Row, Tier};
use crate::finding::Severity;

pub(super) const CHECK: Check = Check {
    id: "partition-horizon",
    title: "Tables partitioned by time have a partition for tomorrow",
    why: "When the newest partition ends and nobody has made the next one, inserts fail, or land in the DEFAULT \
          partition and stand in the way of making it. Judged for tables partitioned by RANGE over one date or timestamp \
          column: fails when the newest partition has ended, warns when it ends within one more period.",
    needs: "nothing; skipped while a partition is locked by a migration",
    tier: Tier::Catalog,
    limits: &[Limit {
        key: "warn_periods",
        default: 1.0,
        meaning: "periods left before the newest partition ends: warn",
    }],
    queries: &[(
        14,
        r"SELECT namespace, name, max(hi)::text AS until, extract(epoch FROM max(hi) - now())::float8 AS left_seconds,
       extract(epoch FROM (array_agg(hi - lo ORDER BY hi DESC))[1])::float8 AS period
  FROM (SELECT n.nspname AS namespace, p.relname AS name, b[1]::timestamptz AS lo, b[2]::timestamptz AS hi
          FROM pg_partitioned_table t
          JOIN pg_class p ON p.oid = t.partrelid
          JOIN pg_namespace n ON n.oid = p.relnamespace
          JOIN pg_attribute a ON a.attrelid = p.oid AND a.attnum = t.partattrs[0]
               AND a.atttypid IN ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype)
          JOIN pg_inherits i ON i.inhparent = p.oid
          JOIN pg_class c ON c.oid = i.inhrelid
         CROSS JOIN LATERAL regexp_match(pg_get_expr(c.relpartbound, c.oid), $re$^FOR VALUES FROM \('([^']+)'\) TO \('([^']+)'\)$re$) b
         WHERE t.partstrat = 'r' AND t.partnatts = 1 AND b IS NOT NULL AND b[2] <> 'infinity' AND b[1] <> '-infinity') bounds
 GROUP BY 1, 2
 ORDER BY 1, 2",
    )],
    judge,
};

fn judge(row: Row<'_>, limits: &Limits<'_>, outcome: &mut Outcome) {
    let (Some(left), Some(period)) = (row.real("left_seconds"), row.real("period")) else { return };
    let table = row.object();
    let (severity, message) = if left <= 0.0 {
        (Severity::Error, format!("the newest partition of {table} ended at {}", row.text("until")))
    } else if left < limits.get("warn_periods") * period {
        (
            Severity::Warning,
            format!("the newest partition of {table} ends in {}, at {}", duration(left), row.text("until")),
        )
    } else {
        return;
    };
    outcome
        .add(severity, format!("table {table}"), message)
        .advise("create the next partitions, and a job that does");
}
