//! Triggers, rules and foreign keys that are switched off.

use super::{Check, Limits, Outcome, Row, Tier};
use crate::finding::Severity;
use crate::sql::ident::{Ident, Literal};

pub(super) const CHECK: Check = Check {
    id: "disabled-trigger",
    title: "No trigger, rule or foreign key is switched off",
    why: "A bulk load with `DISABLE TRIGGER ALL` that never switched them on again leaves foreign keys that the \
          catalog shows as validated and nobody enforces: that fails. Triggers and rules of users that are off, and \
          `session_replication_role = replica` as a default of a role or the database, are warned of.",
    needs: "nothing",
    tier: Tier::Catalog,
    limits: &[],
    queries: &[(
        14,
        "SELECT CASE WHEN c.oid IS NULL THEN 'trigger' ELSE 'foreign key' END AS kind, n.nspname AS namespace,
       t.relname AS name, coalesce(c.conname, g.tgname) AS item, bool_or(g.tgenabled = 'R') AS replica_only
  FROM pg_trigger g
  JOIN pg_class t ON t.oid = g.tgrelid
  JOIN pg_namespace n ON n.oid = t.relnamespace
  LEFT JOIN pg_constraint c ON c.oid = g.tgconstraint AND c.contype = 'f'
 WHERE (g.tgenabled = 'D' OR g.tgenabled = 'R' AND NOT g.tgisinternal) AND g.tgparentid = 0
 GROUP BY 1, 2, 3, 4
UNION ALL
SELECT 'rule', n.nspname, t.relname, r.rulename, r.ev_enabled = 'R'
  FROM pg_rewrite r JOIN pg_class t ON t.oid = r.ev_class JOIN pg_namespace n ON n.oid = t.relnamespace
 WHERE r.ev_enabled IN ('D', 'R') AND n.nspname !~ '^(pg_|information_schema$)'
UNION ALL
SELECT 'event trigger', '', '', evtname, evtenabled = 'R' FROM pg_event_trigger WHERE evtenabled IN ('D', 'R')
UNION ALL
SELECT 'setting', coalesce(d.datname, ''), coalesce(r.rolname, ''), 'session_replication_role', true
  FROM pg_db_role_setting s LEFT JOIN pg_database d ON d.oid = s.setdatabase LEFT JOIN pg_roles r ON r.oid = s.setrole
 WHERE 'session_replication_role=replica' = ANY (s.setconfig)
   AND (s.setdatabase = 0 OR d.datname = current_database())
 ORDER BY 1, 2, 3, 4",
    )],
    judge,
};

fn judge(row: Row<'_>, _: &Limits<'_>, outcome: &mut Outcome) {
    let item = Ident(row.text("item")).to_string();
    let off = if row.flag("replica_only") { "fires on replicas only" } else { "is switched off" };
    match row.text("kind") {
        "foreign key" => {
            let table = row.object();
            outcome
                .add(
                    Severity::Error,
                    format!("foreign key {item} on {table}"),
                    format!("foreign key {item} is not enforced: its triggers on {table} are switched off"),
                )
                .advise("rows may break it already: after switching it on, look for rows without a parent")
                .repair("Switch it on", format!("ALTER TABLE {table} ENABLE TRIGGER ALL;"));
        }
        "event trigger" => {
            outcome
                .add(
                    Severity::Warning,
                    format!("event trigger {item}"),
                    format!("event trigger {item} {off}"),
                )
                .repair("Switch it on", format!("ALTER EVENT TRIGGER {item} ENABLE;"));
        }
        "setting" => {
            let (database, role) = (row.text("namespace"), row.text("name"));
            let whose = match (database, role) {
                ("", role) => format!("role {}", Ident(role)),
                (database, "") => format!("database {}", Ident(database)),
                (database, role) => format!("role {} in database {}", Ident(role), Ident(database)),
            };
            let value = Literal("replica");
            outcome.add(
                Severity::Warning,
                whose.clone(),
                format!("session_replication_role is {value} by default for {whose}: no trigger and no foreign key works"),
            );
        }
        kind => {
            let table = row.object();
            outcome
                .add(
                    Severity::Warning,
                    format!("{kind} {item} on {table}"),
                    format!("{kind} {item} on {table} {off}"),
                )
                .repair(
                    "Switch it on",
                    format!("ALTER TABLE {table} ENABLE {} {item};", kind.to_uppercase()),
                );
        }
    }
}
