//! Row-level security that does not protect what it seems to protect.

use super::{Check, Limits, Outcome, Row, Tier};
use crate::finding::Severity;

pub(super) const CHECK: Check = Check {
    id: "rls-gap",
    title: "Row-level security protects what it seems to protect",
    why: "Policies on a table without ENABLE ROW LEVEL SECURITY do nothing, which nobody notices until one user reads \
          another's rows: that fails. A table with row-level security and no policy shows nothing to anybody but its \
          owner. A policy whose condition for writing is the constant `true` lets every user write every row. The owner \
          of a table is not bound by its policies unless they are FORCEd: mentioned where the owner can log in.",
    needs: "nothing",
    tier: Tier::Catalog,
    limits: &[],
    // The conditions are compared as node trees: pg_get_expr would wait for a migration's lock on the table.
    queries: &[(
        14,
        r"SELECT n.nspname AS namespace, c.relname AS name, c.relrowsecurity AS enabled, count(p.oid) AS policies,
       NOT c.relforcerowsecurity AND o.rolcanlogin AND NOT o.rolsuper AND NOT o.rolbypassrls AS owner_exempt, o.rolname AS owner,
       coalesce(jsonb_agg(p.polname ORDER BY p.polname) FILTER (WHERE p.polpermissive AND p.polcmd <> 'r' AND
         coalesce(p.polwithcheck, p.polqual)::text ~ '^\{CONST :consttype 16 .*:constisnull false .*:constvalue 1 \[ (1 |0 0 0 0 0 0 0 1)'),
         '[]') AS always
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_roles o ON o.oid = c.relowner
  LEFT JOIN pg_policy p ON p.polrelid = c.oid
 WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^(pg_|information_schema$)'
 GROUP BY n.nspname, c.relname, c.relrowsecurity, c.relforcerowsecurity, o.rolcanlogin, o.rolsuper, o.rolbypassrls, o.rolname
HAVING c.relrowsecurity OR count(p.oid) > 0
 ORDER BY 1, 2",
    )],
    judge,
};

fn judge(row: Row<'_>, _: &Limits<'_>, outcome: &mut Outcome) {
    let table = row.object();
    let object = format!("table {table}");
    let policies = row.real("policies").unwrap_or_default();
    if !row.flag("enabled") {
        outcome
            .add(
                Severity::Error,
                object,
                format!(
                    "table {table} has {}, but row-level security is off, so nothing is enforced",
                    row.counted("policies", "policy")
                ),
            )
            .repair("Switch it on", format!("ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"));
        return;
    }
    if policies < 1.0 {
        let message = format!("table {table} has row-level security and no policy: only its owner sees rows");
        outcome.add(Severity::Warning, object.clone(), message).advise("create a policy, or switch it off");
    }
    let always = row.names("always");
    if !always.is_empty() {
        let message =
            format!("policies of {table} let everybody write every row, their condition is true: {always}");
        outcome
            .add(Severity::Warning, object.clone(), message)
            .advise("give the policy a WITH CHECK condition");
    }
    if row.flag("owner_exempt") {
        let owner = crate::sql::ident::Ident(row.text("owner")).to_string();
        outcome
            .add(
                Severity::Info,
                object,
                format!("the policies of {table} do not bind its owner {owner}, who can log in"),
            )
            .repair("Bind the owner too", format!("ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"));
    }
}
