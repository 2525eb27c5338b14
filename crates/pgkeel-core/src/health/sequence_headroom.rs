//! Sequences, and the columns they fill, that run out of numbers.

use std::fmt::Write as _;

use super::outcome::{days, grade, percent};
use super::samples::{SAMPLED, SAMPLED_DAYS};
use super::{Check, Limit, Limits, Outcome, Row, Tier};
use crate::finding::Severity;
use crate::sql::ident::{Ident, qualified};

pub(super) const CHECK: Check = Check {
    id: "sequence-headroom",
    title: "No sequence or integer key is near its end",
    why: "When a key runs out, every insert fails at once, and the repair rewrites the table. What counts is the \
          smaller of the sequence's maximum and the largest value of the column's type: an `integer` column filled \
          by a `bigint` sequence ends at 2147483647. Sequences that count downwards are judged by their minimum, \
          sequences that CYCLE not at all. Columns are found by ownership (serial, identity) and by default \
          expressions that use the sequence. Of an integer key that no sequence fills, the largest value that the planner's \
          statistics know is taken. `serve` keeps a sample a day in the history: where numbers would run out soon at the \
          pace since then, that is said long before a share is reached.",
    needs: "USAGE or SELECT on the sequence",
    tier: Tier::Catalog,
    limits: &[
        Limit { key: "warn_days", default: 180.0, meaning: "days left at the pace of the samples: warn" },
        Limit { key: "fail_days", default: 30.0, meaning: "days left at the pace of the samples: fail" },
        Limit { key: "warn_ratio", default: 0.75, meaning: "used share of a bigint key: warn" },
        Limit { key: "fail_ratio", default: 0.90, meaning: "used share of a bigint key: fail" },
        Limit { key: "small_warn_ratio", default: 0.50, meaning: "used share of an integer or smallint key: warn" },
        Limit { key: "small_fail_ratio", default: 0.75, meaning: "used share of an integer or smallint key: fail" },
    ],
    queries: &[(
        14,
        "WITH seq AS (
  SELECT c.oid, n.nspname, c.relname, s.seqincrement, s.seqmin, s.seqmax, s.seqstart, v.visible, v.busy,
         CASE WHEN v.visible AND NOT v.busy THEN pg_sequence_last_value(c.oid) END AS last_value
    FROM pg_sequence s
    JOIN pg_class c ON c.oid = s.seqrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
   CROSS JOIN LATERAL (SELECT
         has_sequence_privilege(c.oid, 'SELECT, USAGE') AND NOT (c.relpersistence = 'u' AND pg_is_in_recovery()) AS visible,
         EXISTS (SELECT FROM pg_locks l WHERE l.relation = c.oid AND l.pid <> pg_backend_pid()
                    AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')) AS busy) v
   WHERE c.relpersistence <> 't' AND NOT s.seqcycle),
used (seq, rel, att) AS (
  SELECT objid AS seq, refobjid AS rel, refobjsubid AS att FROM pg_depend
   WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i') AND refobjsubid > 0
  UNION
  SELECT d.refobjid, a.adrelid, a.adnum FROM pg_depend d JOIN pg_attrdef a ON a.oid = d.objid
   WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'n'),
bare AS (
  SELECT n.nspname, t.relname, a.attname, a.atttypid, b.hi, b.lo,
         CASE a.atttypid WHEN 'int2'::regtype THEN 32767 ELSE 2147483647 END AS top
    FROM pg_index x
    JOIN pg_class t ON t.oid = x.indrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname !~ '^(pg_|information_schema$)'
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0] AND a.atttypid IN ('int2'::regtype, 'int4'::regtype)
    JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = t.relname AND s.attname = a.attname
   CROSS JOIN LATERAL (SELECT max(v) AS hi, min(v) AS lo FROM unnest(s.histogram_bounds::text::bigint[]) v) b
   WHERE x.indisunique AND x.indnkeyatts = 1 AND x.indpred IS NULL AND NOT t.relispartition
     AND NOT EXISTS (SELECT FROM used u WHERE u.rel = t.oid AND u.att = a.attnum))
SELECT NULL AS skipped, s.nspname AS namespace, s.relname AS name, tn.nspname AS table_namespace, t.relname AS \"table\",
       a.attname AS \"column\", format_type(a.atttypid, NULL) AS type, s.last_value, s.seqincrement < 0 AS downwards,
       CASE WHEN s.seqincrement > 0 THEN l.hi ELSE l.lo END AS \"limit\",
       least(l.hi, -l.lo - 1) <= 2147483647 AS small,
       greatest(0, CASE WHEN s.last_value IS NULL THEN 0
            WHEN s.seqincrement > 0 THEN (s.last_value - s.seqmin)::numeric / nullif(l.hi - s.seqmin, 0)
            ELSE (s.seqmax::numeric - s.last_value) / nullif(s.seqmax::numeric - l.lo, 0) END)::float8 AS ratio
  FROM seq s
  LEFT JOIN used u ON u.seq = s.oid
  LEFT JOIN pg_attribute a ON a.attrelid = u.rel AND a.attnum = u.att AND NOT a.attisdropped
  LEFT JOIN pg_class t ON t.oid = u.rel
  LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
 CROSS JOIN LATERAL (SELECT
       least(s.seqmax::numeric, CASE a.atttypid WHEN 'int2'::regtype THEN 32767 WHEN 'int4'::regtype THEN 2147483647 ELSE 9223372036854775807 END) AS hi,
       greatest(s.seqmin::numeric, CASE a.atttypid WHEN 'int2'::regtype THEN -32768 WHEN 'int4'::regtype THEN -2147483648 ELSE -9223372036854775808 END) AS lo) l
 WHERE s.visible AND NOT s.busy
UNION ALL
SELECT NULL, NULL, NULL, k.nspname, k.relname, k.attname, format_type(k.atttypid, NULL), l.last, l.down,
       CASE WHEN l.down THEN -k.top - 1 ELSE k.top END, true, l.ratio::float8
  FROM (SELECT nspname, relname, attname, atttypid, top, max(hi) AS hi, min(lo) AS lo FROM bare GROUP BY 1, 2, 3, 4, 5) k
 CROSS JOIN LATERAL (SELECT -k.lo > k.hi AS down, CASE WHEN -k.lo > k.hi THEN k.lo ELSE k.hi END AS last,
                            greatest(k.hi, -k.lo)::numeric / k.top AS ratio) l
UNION ALL
SELECT format('%s of %s sequences: the role lacks USAGE or SELECT on them', count(*) FILTER (WHERE NOT visible), count(*)),
       NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  FROM seq HAVING count(*) FILTER (WHERE NOT visible) > 0
UNION ALL
SELECT format('%s sequences are locked at this moment', count(*)), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  FROM seq WHERE visible AND busy HAVING count(*) > 0
 ORDER BY 1 NULLS LAST, ratio DESC NULLS LAST",
    )],
    judge,
};

fn judge(row: Row<'_>, limits: &Limits<'_>, outcome: &mut Outcome) {
    let Some(ratio) = row.real("ratio") else { return };
    if row.maybe_text("name").is_none() {
        return bare_key(row, ratio, limits, outcome);
    }
    let sequence = row.object();
    let (warn, fail) = if row.flag("small") {
        ("small_warn_ratio", "small_fail_ratio")
    } else {
        ("warn_ratio", "fail_ratio")
    };
    let pace = Pace::of(row);
    let soon = pace.as_ref().and_then(|pace| pace.severity(limits));
    let Some(severity) = grade(ratio, limits.get(warn), limits.get(fail)).max(soon) else {
        outcome.measures.iter().all(|m| m.name != "largest_used_ratio").then(|| {
            outcome.measure("largest_used_ratio", None, ratio);
        });
        return;
    };
    outcome.measure("used_ratio", Some(format!("sequence {sequence}")), ratio);
    let table = qualified(row.text("table_namespace"), row.text("table"));
    let (column, kind) = (Ident(row.text("column")).to_string(), row.text("type"));
    let filled = row.maybe_text("column").map(|_| format!("{table}.{column} ({kind}), filled by "));
    let mut message = format!(
        "{}sequence {sequence} has used {} of its numbers: {} of {}",
        filled.as_deref().unwrap_or_default(),
        percent(ratio),
        row.whole("last_value"),
        row.whole("limit"),
    );
    if let Some(pace) = pace.filter(|_| soon.is_some()) {
        outcome.measure("days_left", Some(format!("sequence {sequence}")), pace.left);
        let _ = write!(message, "; at the pace of the last {} they last {}", days(pace.window), days(pace.left));
    }
    let finding = outcome.add(severity, format!("sequence {sequence}"), message);
    if row.flag("small") && matches!(kind, "integer" | "smallint") {
        finding.advise(
            "widen the key to bigint, and with it every foreign key column that references it; `pgkeel review` shows \
             how to do that without a long lock",
        );
    } else {
        finding.advise("raise the sequence's limit (ALTER SEQUENCE ... MAXVALUE) or let it restart where numbers are free");
    }
}

/// How fast a sequence goes, by the sample that was kept of it.
struct Pace {
    /// Days that the sample is old.
    window: f64,
    /// Days until the end.
    left: f64,
}

impl Pace {
    fn of(row: Row<'_>) -> Option<Self> {
        let (now, limit) = (row.real("last_value")?, row.real("limit")?);
        let (then, window) = (row.real(SAMPLED)?, row.real(SAMPLED_DAYS)?);
        // A sequence that was set back says nothing of its pace.
        let step = if row.flag("downwards") { then - now } else { now - then };
        (step > 0.0 && window >= 1.0).then(|| Self { window, left: (limit - now).abs() / (step / window) })
    }

    fn severity(&self, limits: &Limits<'_>) -> Option<Severity> {
        // Fewer days are worse.
        grade(-self.left, -limits.get("warn_days"), -limits.get("fail_days"))
    }
}

/// A key that the application numbers itself.
fn bare_key(row: Row<'_>, ratio: f64, limits: &Limits<'_>, outcome: &mut Outcome) {
    let Some(severity) = grade(ratio, limits.get("small_warn_ratio"), limits.get("small_fail_ratio")) else {
        return;
    };
    let table = qualified(row.text("table_namespace"), row.text("table"));
    let column = format!("{table}.{}", Ident(row.text("column")));
    outcome.measure("used_ratio", Some(format!("column {column}")), ratio);
    let message = format!(
        "{column} ({}) has reached {} of what its type holds, by the planner's statistics: {} of {}",
        row.text("type"),
        percent(ratio),
        row.whole("last_value"),
        row.whole("limit"),
    );
    outcome.add(severity, format!("column {column}"), message).advise(
        "widen the key to bigint, and with it every foreign key column that references it; `pgkeel review` shows how to do \
         that without a long lock",
    );
}
