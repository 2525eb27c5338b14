//! Views that read a protected table with their owner's eyes.

use super::{Check, Limits, Outcome, Row, Tier};
use crate::finding::Severity;

pub(super) const CHECK: Check = Check {
    id: "view-bypasses-rls",
    title: "No view goes around row-level security",
    why: "A view reads its tables as its owner, so the policies that bind the user do not apply: whoever may read the \
          view may read everything that its owner may. From PostgreSQL 15 on, `security_invoker` makes the view read \
          as the user. Views whose owner is a superuser, has BYPASSRLS, or owns the table without FORCE see every row: \
          that fails. Others apply the policies to the owner instead of the user: a warning. Materialized views are \
          copies, and not judged.",
    needs: "nothing",
    tier: Tier::Catalog,
    limits: &[],
    queries: &[(
        14,
        "SELECT n.nspname AS namespace, v.relname AS name, current_setting('server_version_num')::int >= 150000 AS repairable,
       bool_or(o.rolsuper OR o.rolbypassrls OR v.relowner = t.relowner AND NOT t.relforcerowsecurity) AS sees_all,
       jsonb_agg(DISTINCT tn.nspname || '.' || t.relname) AS tables
  FROM pg_rewrite r
  JOIN pg_class v ON v.oid = r.ev_class AND v.relkind = 'v'
  JOIN pg_namespace n ON n.oid = v.relnamespace
  JOIN pg_roles o ON o.oid = v.relowner
  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
  JOIN pg_class t ON t.oid = d.refobjid AND t.relrowsecurity
  JOIN pg_namespace tn ON tn.oid = t.relnamespace
 WHERE NOT coalesce((SELECT option_value::bool FROM pg_options_to_table(v.reloptions) WHERE option_name = 'security_invoker'), false)
 GROUP BY 1, 2
 ORDER BY 1, 2",
    )],
    judge,
};

fn judge(row: Row<'_>, _: &Limits<'_>, outcome: &mut Outcome) {
    let view = row.object();
    let severity = if row.flag("sees_all") { Severity::Error } else { Severity::Warning };
    let how = if row.flag("sees_all") {
        "sees every row of"
    } else {
        "applies its owner's policies, not the user's, to"
    };
    let message = format!("view {view} {how} {}", row.names("tables"));
    let finding = outcome.add(severity, format!("view {view}"), message);
    if row.flag("repairable") {
        finding.repair("Read as the user", format!("ALTER VIEW {view} SET (security_invoker = true);"));
    } else {
        finding.advise("give the view an owner that the policies bind, or replace it by a function");
    }
}
