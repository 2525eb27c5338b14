//! Published tables whose updates cannot be replicated.

use super::{Check, Limits, Outcome, Row, Tier};
use crate::finding::Severity;

pub(super) const CHECK: Check = Check {
    id: "publication-without-identity",
    title: "Every published table has a replica identity",
    why: "A table in a publication that replicates UPDATE or DELETE needs a primary key or another replica identity. \
          Without one, every UPDATE and DELETE of it fails with an error, on the publisher.",
    needs: "nothing",
    tier: Tier::Catalog,
    limits: &[],
    queries: &[(
        14,
        "SELECT n.nspname AS namespace, c.relname AS name, string_agg(DISTINCT b.pubname, ', ') AS publications
  FROM pg_publication_tables p
  JOIN pg_publication b ON b.pubname = p.pubname AND (b.pubupdate OR b.pubdelete)
  JOIN pg_namespace n ON n.nspname = p.schemaname
  JOIN pg_class c ON c.relname = p.tablename AND c.relnamespace = n.oid
 WHERE c.relreplident = 'n'
    OR c.relreplident = 'd' AND NOT EXISTS (SELECT FROM pg_index x WHERE x.indrelid = c.oid AND x.indisprimary)
    OR c.relreplident = 'i' AND NOT EXISTS (SELECT FROM pg_index x WHERE x.indrelid = c.oid AND x.indisreplident)
 GROUP BY 1, 2
 ORDER BY 1, 2",
    )],
    judge,
};

fn judge(row: Row<'_>, _: &Limits<'_>, outcome: &mut Outcome) {
    let table = row.object();
    let message = format!(
        "table {table} is published ({}) and has no replica identity: its updates and deletes fail",
        row.text("publications"),
    );
    outcome
        .add(Severity::Error, format!("table {table}"), message)
        .advise("give it a primary key; until then, identify rows by all their columns")
        .repair("Identify rows by all columns", format!("ALTER TABLE {table} REPLICA IDENTITY FULL;"));
}
