//! Foreign keys whose two sides have different types.

use super::{Check, Limits, Outcome, Row, Tier};
use crate::finding::Severity;
use crate::sql::ident::{Ident, qualified};

pub(super) const CHECK: Check = Check {
    id: "foreign-key-type-mismatch",
    title: "Both sides of a foreign key have one type",
    why: "An `integer` column that references a `bigint` key works until the key passes 2147483647. Different types also \
          make joins convert, which can keep an index from being used.",
    needs: "nothing",
    tier: Tier::Catalog,
    limits: &[],
    queries: &[(
        14,
        "SELECT n.nspname AS namespace, t.relname AS name, c.conname AS key, a.attname AS \"column\",
       format_type(a.atttypid, NULL) AS type, pn.nspname AS parent_namespace, p.relname AS parent,
       b.attname AS parent_column, format_type(b.atttypid, NULL) AS parent_type
  FROM pg_constraint c
 CROSS JOIN LATERAL unnest(c.conkey, c.confkey) u(child, parent)
  JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = u.child
  JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = u.parent
  JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace
  JOIN pg_class p ON p.oid = c.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
 WHERE c.contype = 'f' AND c.conparentid = 0 AND a.atttypid <> b.atttypid
 ORDER BY 1, 2, 3, 4",
    )],
    judge,
};

fn judge(row: Row<'_>, _: &Limits<'_>, outcome: &mut Outcome) {
    let (table, key) = (row.object(), Ident(row.text("key")).to_string());
    let parent = qualified(row.text("parent_namespace"), row.text("parent"));
    let (column, kind) = (Ident(row.text("column")).to_string(), row.text("type"));
    let message = format!(
        "{table}.{column} is {kind}, but references {parent}.{} of type {}",
        Ident(row.text("parent_column")),
        row.text("parent_type"),
    );
    outcome
        .add(Severity::Warning, format!("foreign key {key} on {table}"), message)
        .advise("change the child's type to the parent's; `pgkeel review` shows how without a long lock");
}
