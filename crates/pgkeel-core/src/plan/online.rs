//! The same plan without long locks: indexes are built concurrently and swapped with those they replace, constraints
//! are added unchecked and validated afterwards, NOT NULL goes through a CHECK, keys take over an index, partitions are
//! detached concurrently. Such steps cannot all run in one transaction.
//!
//! PostgreSQL documentation: CREATE INDEX, "Building Indexes Concurrently"; ALTER TABLE, notes on NOT VALID, ADD
//! table_constraint_using_index, DETACH PARTITION ... CONCURRENTLY.

mod key;
mod swap;

use std::collections::BTreeSet;

use super::Step;
use crate::object::{Body, Kind};
use crate::schema::{Id, Name, Schema};
use crate::sql::ident::{Ident, Literal};

/// The longest name that PostgreSQL does not cut, in bytes (`NAMEDATALEN` - 1).
const LONGEST_NAME: usize = 63;

/// Rewrites the steps for tables that exist before the plan; new tables have no readers to wait for.
pub fn rewrite(steps: Vec<Step>, old: &Schema, new: &Schema) -> Vec<Step> {
    let ids: Vec<Option<Id>> = steps.iter().map(|step| step.cause.parse().ok()).collect();
    let remade = steps
        .iter()
        .zip(&ids)
        .filter(|(step, _)| {
            step.sql.starts_with("DROP TABLE") || step.sql.starts_with("DROP MATERIALIZED VIEW")
        })
        .filter_map(|(_, id)| id.clone())
        .collect();
    let way = Way { old, new, remade };
    let mut swaps = swap::find(&steps, &ids, &way);
    let mut rewritten = Vec::with_capacity(steps.len());
    for (place, (step, id)) in steps.into_iter().zip(ids).enumerate() {
        match swaps.remove(&place).or_else(|| id.and_then(|id| way.gentle(&step, &id))) {
            Some(list) => rewritten.extend(list),
            None => rewritten.push(step),
        }
    }
    rewritten
}

/// A step like another one, with other SQL.
fn like(step: &Step, sql: String) -> Step {
    Step { cause: step.cause.clone(), loses: step.loses.clone(), ..Step::new(sql) }
}

/// The same, in a transaction of its own or in none.
fn alone(step: &Step, sql: String) -> Step {
    Step { transactional: false, ..like(step, sql) }
}

/// A name for something that stands beside an object for a while: its own, cut to leave room for the end.
fn beside(name: &str, end: &str) -> String {
    let mut room = LONGEST_NAME.saturating_sub(end.len()).min(name.len());
    while !name.is_char_boundary(room) {
        room -= 1;
    }
    format!("{}{end}", name.get(..room).unwrap_or_default())
}

/// What is known on the way through the plan.
struct Way<'s> {
    old: &'s Schema,
    new: &'s Schema,
    /// Tables and materialized views that the plan drops, if only to make them again.
    remade: BTreeSet<Id>,
}

impl Way<'_> {
    /// Whether others use it while the plan runs: it is there before and after.
    fn stays(&self, table: &Id) -> bool {
        self.old.has(table) && self.new.has(table) && !self.remade.contains(table)
    }

    fn is_partitioned(&self, table: &Name) -> bool {
        let body = self.new.body(&Id::new(Kind::Table, [&table.0, &table.1]));
        matches!(body, Some(Body::Table(table)) if table.partition_key.is_some())
    }

    fn gentle(&self, step: &Step, id: &Id) -> Option<Vec<Step>> {
        let sql = step.sql.as_str();
        let body = self.new.body(id).or_else(|| self.old.body(id))?;
        let table = match body {
            Body::Index(index) => &index.table,
            Body::Constraint(constraint) => &constraint.table,
            Body::ForeignKey(key) => &key.table,
            Body::Column(column) => &column.table,
            Body::Attachment(attachment) => &attachment.parent,
            _ => return None,
        };
        let is_on_view = matches!(body, Body::Index(index) if index.on_view);
        let kind = if is_on_view { Kind::MaterializedView } else { Kind::Table };
        if !self.stays(&Id::new(kind, [&table.0, &table.1])) {
            return None;
        }
        let partitioned = self.is_partitioned(table);
        match body {
            Body::Index(_) if !partitioned => concurrently(step).map(|step| vec![step]),
            Body::Constraint(constraint) if sql.contains(" ADD CONSTRAINT ") => {
                match constraint.kind.as_str() {
                    "c" => unchecked_first(step, table, &Ident(&constraint.name)),
                    "p" | "u" if !partitioned => key::over_index(step, constraint, &constraint.name),
                    _ => None,
                }
            }
            // PostgreSQL 18 is the first that takes NOT VALID for a foreign key of a partitioned table.
            Body::ForeignKey(key)
                if sql.contains(" ADD CONSTRAINT ") && (!partitioned || self.old.version >= 180_000) =>
            {
                unchecked_first(step, table, &Ident(&key.name))
            }
            Body::Column(column) if sql.ends_with(" SET NOT NULL") => {
                Some(not_null_by_check(step, table, &column.name))
            }
            // PostgreSQL 18, where NOT NULL is a constraint with a name.
            Body::Column(_) if sql.contains(" ADD CONSTRAINT ") => {
                let (_, rest) = sql.split_once(" ADD CONSTRAINT ")?;
                let (name, _) = rest.split_once(" NOT NULL ")?;
                unchecked_first(step, table, &name)
            }
            Body::Attachment(attachment) if sql.contains(" DETACH PARTITION ") => {
                self.detach(step, attachment)
            }
            _ => None,
        }
    }

    /// A partition goes without a lock on its siblings, unless there is a default partition, which PostgreSQL refuses.
    fn detach(&self, step: &Step, gone: &crate::object::attachment::Attachment) -> Option<Vec<Step>> {
        let is_default = |object: &crate::schema::Object| matches!(&object.body, Body::Attachment(other) if other.parent == gone.parent && other.bound == "DEFAULT");
        let has_default = |schema: &Schema| schema.objects.values().any(is_default);
        if has_default(self.old) || has_default(self.new) {
            return None;
        }
        let (parent, table) = (&gone.parent, &gone.table);
        let mut steps =
            vec![alone(step, format!("ALTER TABLE {parent} DETACH PARTITION {table} CONCURRENTLY"))];
        if self.stays(&Id::new(Kind::Table, [&table.0, &table.1])) {
            // PostgreSQL leaves a CHECK of the bounds behind, under a name of its choice.
            let mut known: BTreeSet<String> = BTreeSet::new();
            for schema in [self.old, self.new] {
                known.extend(
                    schema.parts(Kind::Constraint, table).filter_map(|(id, _)| id.parts.last().cloned()),
                );
            }
            let known: Vec<String> = known.iter().map(|name| Literal(name).to_string()).collect();
            steps.push(like(step, format!(
                "DO $pgkeel$ DECLARE left_behind name; BEGIN\n    FOR left_behind IN SELECT conname FROM pg_catalog.pg_constraint \
                 WHERE conrelid = {}::pg_catalog.regclass AND contype = 'c' AND conname <> ALL (ARRAY[{}]::name[]) LOOP\n        \
                 EXECUTE pg_catalog.format('ALTER TABLE {} DROP CONSTRAINT %I', left_behind);\n    END LOOP;\nEND $pgkeel$",
                Literal(&table.to_string()),
                known.join(", "),
                table.to_string().replace('\'', "''").replace('%', "%%"),
            )));
        }
        Some(steps)
    }
}

/// `CREATE INDEX CONCURRENTLY`, `DROP INDEX CONCURRENTLY`.
fn concurrently(step: &Step) -> Option<Step> {
    let sql = step.sql.as_str();
    if sql.ends_with(" CASCADE") {
        return None;
    }
    let words = ["CREATE UNIQUE INDEX ", "CREATE INDEX ", "DROP INDEX "];
    let (words, rest) = words.iter().find_map(|words| Some((words, sql.strip_prefix(words)?)))?;
    (!rest.contains(" ON ONLY ")).then(|| alone(step, format!("{words}CONCURRENTLY {rest}")))
}

/// A constraint that first holds for new rows only, and is then checked while others read and write.
fn unchecked_first(step: &Step, table: &Name, name: &impl std::fmt::Display) -> Option<Vec<Step>> {
    let sql = &step.sql;
    if sql.ends_with("NOT VALID") || sql.ends_with("NOT ENFORCED") {
        return None;
    }
    Some(vec![
        alone(step, format!("{sql} NOT VALID")),
        alone(step, format!("ALTER TABLE {table} VALIDATE CONSTRAINT {name}")),
    ])
}

/// A validated CHECK proves to SET NOT NULL that it need not look.
fn not_null_by_check(step: &Step, table: &Name, column: &str) -> Vec<Step> {
    let name = beside(column, "_pgkeel_not_null");
    let (check, column) = (Ident(&name), Ident(column));
    vec![
        alone(
            step,
            format!("ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL) NOT VALID"),
        ),
        alone(step, format!("ALTER TABLE {table} VALIDATE CONSTRAINT {check}")),
        like(step, step.sql.clone()),
        like(step, format!("ALTER TABLE {table} DROP CONSTRAINT {check}")),
    ]
}
