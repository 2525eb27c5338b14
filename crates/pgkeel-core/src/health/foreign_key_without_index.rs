//! Foreign keys whose columns no index leads with.

use super::{Check, Limit, Limits, Outcome, Row, Tier};
use crate::finding::Severity;
use crate::sql::ident::{Ident, qualified};

pub(super) const CHECK: Check = Check {
    id: "foreign-key-without-index",
    title: "Foreign keys have an index",
    why: "Every DELETE of a parent row, and every UPDATE of its key, looks for children; without an index that reads \
          the whole child table, under a lock on the parent row. An index counts when it is valid and its first columns \
          are the key's, in any order; a partial one only when its condition is just that the column is not null. \
          Warned of when the child is large or parent rows have been deleted or updated, otherwise mentioned.",
    needs: "nothing",
    tier: Tier::Catalog,
    limits: &[Limit {
        key: "warn_rows",
        default: 10_000.0,
        meaning: "estimated rows of the child table: warn",
    }],
    queries: &[(
        14,
        r"SELECT n.nspname AS namespace, t.relname AS name, c.conname AS key, t.relkind = 'p' AS partitioned,
       pn.nspname AS parent_namespace, p.relname AS parent, greatest(t.reltuples, s.n_live_tup, 0)::float8 AS rows,
       coalesce(ps.n_tup_del + ps.n_tup_upd, 0) > 0 AS parent_changes,
       (SELECT jsonb_agg(a.attname ORDER BY u.o) FROM unnest(c.conkey) WITH ORDINALITY u(att, o)
          JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = u.att) AS columns
  FROM pg_constraint c
  JOIN pg_class t ON t.oid = c.conrelid
  JOIN pg_namespace n ON n.oid = t.relnamespace
  JOIN pg_class p ON p.oid = c.confrelid
  JOIN pg_namespace pn ON pn.oid = p.relnamespace
  LEFT JOIN pg_stat_user_tables s ON s.relid = t.oid
  LEFT JOIN pg_stat_user_tables ps ON ps.relid = p.oid
 WHERE c.contype = 'f' AND c.conparentid = 0
   AND NOT EXISTS (
     SELECT FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am m ON m.oid = i.relam
      WHERE x.indrelid = c.conrelid AND x.indisvalid AND x.indisready
        AND (x.indpred IS NULL
             OR cardinality(c.conkey) = 1 AND x.indpred::text ~ '^\{NULLTEST' AND x.indpred::text ~ ':nulltesttype 1'
                AND x.indpred::text ~ (':varattno ' || c.conkey[1] || ' '))
        AND (m.amname = 'btree' AND cardinality(c.conkey) <= x.indnkeyatts
                AND c.conkey @> ((x.indkey::int2[])[0:cardinality(c.conkey) - 1])
                AND c.conkey <@ ((x.indkey::int2[])[0:cardinality(c.conkey) - 1])
             OR m.amname = 'hash' AND cardinality(c.conkey) = 1 AND (x.indkey::int2[])[0] = c.conkey[1]))
 ORDER BY rows DESC, 1, 2, 3",
    )],
    judge,
};

fn judge(row: Row<'_>, limits: &Limits<'_>, outcome: &mut Outcome) {
    let (table, key, columns) = (row.object(), Ident(row.text("key")).to_string(), row.names("columns"));
    let rows = row.real("rows").unwrap_or_default();
    let heavy = rows >= limits.get("warn_rows") || row.flag("parent_changes") && rows >= 1.0;
    let severity = if heavy { Severity::Warning } else { Severity::Info };
    let parent = qualified(row.text("parent_namespace"), row.text("parent"));
    let message = format!(
        "foreign key {key} of {table} ({columns}) has no index: a delete or key update in {parent} reads all of {table}"
    );
    let how = if row.flag("partitioned") { "" } else { " CONCURRENTLY" };
    outcome
        .add(severity, format!("foreign key {key} on {table}"), message)
        .repair("Create the index", format!("CREATE INDEX{how} ON {table} ({columns});"));
}
