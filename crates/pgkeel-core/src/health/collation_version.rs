//! Collations that sort differently from when the indexes were built.

use super::{Check, Limits, Outcome, Row, Tier};
use crate::finding::Severity;

pub(super) const CHECK: Check = Check {
    id: "collation-version",
    title: "Collations sort as they did when the indexes were built",
    why: "An update of the operating system's C library or of ICU changes the order of text. Indexes built before are \
          then silently wrong: rows are not found, unique constraints let duplicates in. PostgreSQL records the version \
          of each collation, and of each database from PostgreSQL 15 on; this compares it with what the library says \
          today, for collations that a column or an index of this database uses.",
    needs: "nothing; the database's own collation needs PostgreSQL 15",
    tier: Tier::Slow,
    limits: &[],
    queries: &[
        (
            14,
            "SELECT NULL AS skipped, 'collation' AS kind, n.nspname AS namespace, c.collname AS name,
       c.collversion AS recorded, pg_collation_actual_version(c.oid) AS actual
  FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
 WHERE c.collversion <> pg_collation_actual_version(c.oid)
   AND (EXISTS (SELECT FROM pg_attribute a WHERE a.attcollation = c.oid)
        OR EXISTS (SELECT FROM pg_index x WHERE c.oid = ANY (x.indcollation::oid[])))
UNION ALL
SELECT 'the version of the database''s own collation is recorded from PostgreSQL 15 on', NULL, NULL, NULL, NULL, NULL
 ORDER BY 1 NULLS FIRST, 3, 4",
        ),
        (
            15,
            "SELECT 'collation' AS kind, n.nspname AS namespace, c.collname AS name,
       c.collversion AS recorded, pg_collation_actual_version(c.oid) AS actual
  FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
 WHERE c.collversion <> pg_collation_actual_version(c.oid)
   AND (EXISTS (SELECT FROM pg_attribute a WHERE a.attcollation = c.oid)
        OR EXISTS (SELECT FROM pg_index x WHERE c.oid = ANY (x.indcollation::oid[])))
UNION ALL
SELECT 'database', '', datname, datcollversion, pg_database_collation_actual_version(oid)
  FROM pg_database
 WHERE datname = current_database() AND datcollversion <> pg_database_collation_actual_version(oid)
 ORDER BY 1, 2, 3",
        ),
    ],
    judge,
};

fn judge(row: Row<'_>, _: &Limits<'_>, outcome: &mut Outcome) {
    let (recorded, actual) = (row.text("recorded"), row.text("actual"));
    let database = row.text("kind") == "database";
    let name = if database { crate::sql::ident::Ident(row.text("name")).to_string() } else { row.object() };
    let object = format!("{} {name}", row.text("kind"));
    let message = format!("{object} was built with version {recorded} of its library, which is now {actual}");
    let advice = "rebuild every index on text in this collation first (REINDEX), then record the new version";
    let (scope, kind) = if database { ("DATABASE", "DATABASE") } else { ("", "COLLATION") };
    let reindex = if scope.is_empty() { String::new() } else { format!("REINDEX {scope} {name};\n") };
    outcome
        .add(Severity::Error, object, message)
        .advise(advice)
        .repair("Rebuild and record", format!("{reindex}ALTER {kind} {name} REFRESH VERSION;"));
}
