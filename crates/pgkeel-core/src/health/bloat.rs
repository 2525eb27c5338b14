//! Tables that are much larger than their rows.

use super::outcome::{bytes, percent};
use super::{Check, Limit, Limits, MIB, Outcome, Row, Tier};
use crate::finding::Severity;
use crate::sql::ident::Literal;

pub(super) const CHECK: Check = Check {
    id: "bloat",
    title: "No table is much larger than its rows",
    why: "Space that dead rows have left is used again, but never given back: after a large DELETE or UPDATE a table keeps its \
          size, and every scan reads it. Estimated from the planner's statistics (rows and their average width), which is \
          right to about a fifth: never more than information. The exact share is told by the extension `pgstattuple`.",
    needs: "SELECT on the columns (`pg_stats` shows no others)",
    tier: Tier::Slow,
    limits: &[
        Limit { key: "min_ratio", default: 0.50, meaning: "estimated empty share of a table: mentioned" },
        Limit { key: "min_bytes", default: 100.0 * MIB, meaning: "less empty space is not mentioned" },
    ],
    queries: &[(
        14,
        "SELECT n.nspname AS namespace, c.relname AS name, c.relpages * k.block AS bytes,
       greatest(0, c.relpages - ceil(c.reltuples * (28 + ceil(w.width / 8) * 8) / ((k.block - 24) * k.fill))) * k.block AS empty
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname !~ '^(pg_|information_schema$)'
  JOIN pg_am m ON m.oid = c.relam AND m.amname = 'heap'
 CROSS JOIN LATERAL (SELECT current_setting('block_size')::float8 AS block,
       coalesce((SELECT option_value::float8 / 100 FROM pg_options_to_table(c.reloptions) WHERE option_name = 'fillfactor'), 1) AS fill) k
 CROSS JOIN LATERAL (SELECT sum((1 - s.null_frac) * s.avg_width)::float8 AS width, count(*) AS known
       FROM pg_stats s WHERE s.schemaname = n.nspname AND s.tablename = c.relname AND NOT s.inherited) w
 WHERE c.relkind IN ('r', 'm') AND c.relpages > 0 AND c.reltuples >= 0
   AND w.known = (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
 ORDER BY empty DESC, 1, 2",
    )],
    judge,
};

fn judge(row: Row<'_>, limits: &Limits<'_>, outcome: &mut Outcome) {
    let (Some(size), Some(empty)) = (row.real("bytes"), row.real("empty")) else { return };
    let ratio = empty / size.max(1.0);
    if ratio < limits.get("min_ratio") || empty < limits.get("min_bytes") {
        return;
    }
    let table = row.object();
    outcome.measure("empty_bytes", Some(format!("table {table}")), empty);
    let message = format!("about {} of {table} ({}) is empty space: {}", percent(ratio), bytes(size), bytes(empty));
    outcome.add(Severity::Info, format!("table {table}"), message).advise(format!(
        "exactly: CREATE EXTENSION pgstattuple; SELECT * FROM pgstattuple_approx({}); giving it back rewrites the table \
         (VACUUM FULL under an exclusive lock, or pg_repack)",
        Literal(&table)
    ));
}
