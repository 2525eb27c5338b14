//! Constraints that were added without looking at the rows that were there.

use super::{Check, Limits, Outcome, Row, Tier};
use crate::finding::Severity;
use crate::sql::ident::Ident;

pub(super) const CHECK: Check = Check {
    id: "not-validated-constraint",
    title: "Every constraint is validated",
    why: "A constraint added NOT VALID holds for new rows only; the second half, VALIDATE CONSTRAINT, is often \
          forgotten, and the planner and the reader believe more than is true. Includes constraints of domains and \
          NOT NULL constraints (PostgreSQL 18). A constraint that is NOT ENFORCED (PostgreSQL 18) cannot be \
          validated and is only mentioned.",
    needs: "nothing",
    tier: Tier::Catalog,
    limits: &[],
    queries: &[(
        14,
        "SELECT n.nspname AS namespace, coalesce(t.relname, d.typname) AS name, c.conname AS \"constraint\",
       CASE WHEN d.oid IS NULL THEN 'TABLE' ELSE 'DOMAIN' END AS kind, c.contype::text AS type,
       coalesce((to_jsonb(c) ->> 'conenforced')::bool, true) AS enforced
  FROM pg_constraint c
  LEFT JOIN pg_class t ON t.oid = c.conrelid
  LEFT JOIN pg_type d ON d.oid = c.contypid
  JOIN pg_namespace n ON n.oid = coalesce(t.relnamespace, d.typnamespace)
 WHERE NOT (c.convalidated AND coalesce((to_jsonb(c) ->> 'conenforced')::bool, true))
   AND c.conparentid = 0 AND n.nspname !~ '^(pg_|information_schema$)'
 ORDER BY 1, 2, 3",
    )],
    judge,
};

fn judge(row: Row<'_>, _: &Limits<'_>, outcome: &mut Outcome) {
    let (owner, name) = (row.object(), Ident(row.text("constraint")).to_string());
    let object = format!("constraint {name} on {owner}");
    if row.flag("enforced") {
        outcome
            .add(Severity::Warning, object, format!("constraint {name} of {owner} has never been validated"))
            .repair(
                "Validate it (reads the table, blocks no writes)",
                format!("ALTER {} {owner} VALIDATE CONSTRAINT {name};", row.text("kind")),
            );
    } else {
        outcome.add(Severity::Info, object, format!("constraint {name} of {owner} is declared NOT ENFORCED"));
    }
}
