//! Tables that nobody vacuums.

use super::{Check, Limits, Outcome, Row, Tier};
use crate::finding::Severity;

pub(super) const CHECK: Check = Check {
    id: "autovacuum-off",
    title: "Autovacuum is on for every table",
    why: "A table with autovacuum switched off (often for a bulk load, and then forgotten) collects dead rows and stale \
          statistics until somebody vacuums it by hand. The same for the whole server.",
    needs: "nothing",
    tier: Tier::Catalog,
    limits: &[],
    queries: &[(
        14,
        "SELECT n.nspname AS namespace, c.relname AS name, c.relkind::text AS kind
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL pg_options_to_table(c.reloptions) o
 WHERE o.option_name = 'autovacuum_enabled' AND NOT o.option_value::bool
UNION ALL
SELECT NULL, NULL, 'server' WHERE current_setting('autovacuum') = 'off' AND current_setting('max_connections')::int > 1
 ORDER BY 1, 2",
    )],
    judge,
};

fn judge(row: Row<'_>, _: &Limits<'_>, outcome: &mut Outcome) {
    if row.maybe_text("name").is_none() {
        outcome
            .add(Severity::Warning, "server", "autovacuum is off on this server")
            .repair("Switch it on", "ALTER SYSTEM SET autovacuum = on;\nSELECT pg_reload_conf();");
        return;
    }
    let table = row.object();
    let kind = if row.text("kind") == "m" { "MATERIALIZED VIEW" } else { "TABLE" };
    outcome
        .add(Severity::Warning, format!("table {table}"), format!("autovacuum is switched off for {table}"))
        .repair("Switch it on", format!("ALTER {kind} {table} RESET (autovacuum_enabled);"));
}
