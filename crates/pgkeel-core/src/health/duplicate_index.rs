//! Indexes that another index makes superfluous.

use super::outcome::bytes;
use super::{Check, Limits, Outcome, Row, Tier};
use crate::finding::Severity;

pub(super) const CHECK: Check = Check {
    id: "duplicate-index",
    title: "No index does another's work",
    why: "A second index over the same columns costs every write and helps no read. An exact duplicate is warned of; an \
          index that is the beginning of another one is mentioned. Compared are table, access method, columns, operator \
          classes, collations, sort order (`a DESC` serves as `a ASC` does), INCLUDE columns, expressions and condition. \
          Indexes behind a constraint, unique ones and replica identities are never proposed for dropping, and parts of a \
          partitioned index are judged with it.",
    needs: "nothing",
    tier: Tier::Catalog,
    limits: &[],
    // Node trees carry ":location n" up to PostgreSQL 16, which differs between equal expressions.
    queries: &[(
        14,
        r#"WITH ix AS (
  SELECT x.indexrelid, x.indrelid, x.indisunique, x.indisexclusion, x.indisreplident, i.relam, i.relname, n.nspname,
         t.relname AS tbl, i.relpages, x.indnkeyatts, (x.indkey::int2[])[0:x.indnkeyatts - 1] AS k,
         x.indclass::oid[] AS cls, x.indcollation::oid[] AS coll, x.indoption::int2[] AS opt,
         coalesce((SELECT array_agg(a ORDER BY a) FROM unnest((x.indkey::int2[])[x.indnkeyatts:]) a), '{}') AS incl,
         regexp_replace(coalesce(x.indexprs::text, ''), ':location -?\d+', '', 'g') AS ex,
         regexp_replace(coalesce(x.indpred::text, ''), ':location -?\d+', '', 'g') AS pr,
         EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = x.indexrelid) AS backs_constraint
    FROM pg_index x
    JOIN pg_class i ON i.oid = x.indexrelid
    JOIN pg_class t ON t.oid = x.indrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
   WHERE x.indisvalid AND x.indislive AND NOT i.relispartition AND n.nspname !~ '^(pg_|information_schema$)')
SELECT DISTINCT ON (d.nspname, d.tbl, d.relname)
       d.nspname AS namespace, d.tbl AS "table", d.relname AS name, k.relname AS kept,
       d.indnkeyatts = k.indnkeyatts AS exact, d.relpages::float8 * current_setting('block_size')::int AS bytes
  FROM ix d
  JOIN pg_am m ON m.oid = d.relam
  JOIN ix k ON k.indrelid = d.indrelid AND k.indexrelid <> d.indexrelid AND k.relam = d.relam AND k.pr = d.pr
       AND d.indnkeyatts <= k.indnkeyatts AND k.k[1:d.indnkeyatts] = d.k
       AND k.cls[0:d.indnkeyatts - 1] = d.cls[0:d.indnkeyatts - 1]
       AND k.coll[0:d.indnkeyatts - 1] = d.coll[0:d.indnkeyatts - 1]
       AND (k.opt[0:d.indnkeyatts - 1] = d.opt[0:d.indnkeyatts - 1]
            OR m.amname = 'btree' AND k.opt[0:d.indnkeyatts - 1] =
               (SELECT array_agg((o # 3)::int2 ORDER BY nr) FROM unnest(d.opt) WITH ORDINALITY u(o, nr)))
       AND (d.ex = k.ex OR d.ex = '') AND d.incl <@ (k.incl || k.k)
 WHERE NOT d.indisunique AND NOT d.indisexclusion AND NOT d.backs_constraint AND NOT d.indisreplident
   AND (m.amname = 'btree' OR d.indnkeyatts = k.indnkeyatts)
   AND (d.indnkeyatts < k.indnkeyatts OR k.indisunique OR cardinality(k.incl) > cardinality(d.incl) OR k.indexrelid < d.indexrelid)
 ORDER BY d.nspname, d.tbl, d.relname, d.indnkeyatts = k.indnkeyatts DESC, k.relname"#,
    )],
    judge,
};

fn judge(row: Row<'_>, _: &Limits<'_>, outcome: &mut Outcome) {
    let (index, kept, table) = (row.object(), row.in_namespace("kept"), row.in_namespace("table"));
    let size = row.real("bytes").unwrap_or_default();
    outcome.measure("bytes", Some(format!("index {index}")), size);
    let (severity, relation) = if row.flag("exact") {
        (Severity::Warning, "does the same as")
    } else {
        (Severity::Info, "is the beginning of")
    };
    outcome
        .add(
            severity,
            format!("index {index}"),
            format!("index {index} ({}) on {table} {relation} {kept}", bytes(size)),
        )
        .repair("Drop it", format!("DROP INDEX CONCURRENTLY {index};"));
}
