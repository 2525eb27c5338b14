//! The same plan without long locks: indexes are built concurrently, constraints are added unchecked and validated
//! afterwards, NOT NULL goes through a CHECK. Such steps cannot all run in one transaction.
//!
//! PostgreSQL documentation: CREATE INDEX, "Building Indexes Concurrently"; ALTER TABLE, notes on NOT VALID.

use super::Step;
use crate::object::{Body, Kind};
use crate::schema::{Id, Schema};
use crate::sql::ident::Ident;

/// Rewrites the steps for tables that exist before the plan; new tables have no readers to wait for.
pub fn rewrite(steps: Vec<Step>, old: &Schema, new: &Schema) -> Vec<Step> {
    let mut rewritten = Vec::with_capacity(steps.len());
    for step in steps {
        let id: Option<Id> = step.cause.parse().ok();
        match id.and_then(|id| gentle(&step, &id, old, new)) {
            Some(list) => rewritten.extend(list),
            None => rewritten.push(step),
        }
    }
    rewritten
}

fn gentle(step: &Step, id: &Id, old: &Schema, new: &Schema) -> Option<Vec<Step>> {
    let like = |sql: String| Step { cause: step.cause.clone(), loses: step.loses.clone(), ..Step::new(sql) };
    let alone = |sql: String| Step { transactional: false, ..like(sql) };
    let sql = step.sql.as_str();
    let body = new.body(id).or_else(|| old.body(id))?;
    let table = match body {
        Body::Index(index) => &index.table,
        Body::Constraint(constraint) => &constraint.table,
        Body::ForeignKey(key) => &key.table,
        Body::Column(column) => &column.table,
        _ => return None,
    };
    let table_id = Id::new(Kind::Table, [&table.0, &table.1]);
    let partitioned =
        matches!(new.body(&table_id), Some(Body::Table(table)) if table.partition_key.is_some());
    if !old.has(&table_id) || !new.has(&table_id) || partitioned {
        return None;
    }
    match body {
        Body::Index(index) if index.attached_to.is_none() => {
            if let Some(rest) = sql.strip_prefix("CREATE UNIQUE INDEX ") {
                return Some(vec![alone(format!("CREATE UNIQUE INDEX CONCURRENTLY {rest}"))]);
            }
            if let Some(rest) = sql.strip_prefix("CREATE INDEX ") {
                return Some(vec![alone(format!("CREATE INDEX CONCURRENTLY {rest}"))]);
            }
            sql.strip_prefix("DROP INDEX ").map(|rest| vec![alone(format!("DROP INDEX CONCURRENTLY {rest}"))])
        }
        Body::Constraint(constraint) if sql.contains(" ADD CONSTRAINT ") => {
            let name = Ident(&constraint.name);
            match constraint.kind.as_str() {
                "c" if !sql.ends_with("NOT VALID") && !sql.ends_with("NOT ENFORCED") => Some(vec![
                    alone(format!("{sql} NOT VALID")),
                    alone(format!("ALTER TABLE {table} VALIDATE CONSTRAINT {name}")),
                ]),
                "p" | "u" if constraint.attached_to.is_none() => index_first(sql, constraint, &alone),
                _ => None,
            }
        }
        Body::ForeignKey(key) if sql.contains(" ADD CONSTRAINT ") && !sql.ends_with("NOT VALID") => {
            Some(vec![
                alone(format!("{sql} NOT VALID")),
                alone(format!("ALTER TABLE {table} VALIDATE CONSTRAINT {}", Ident(&key.name))),
            ])
        }
        Body::Column(column) if sql.ends_with(" SET NOT NULL") => {
            let name = format!("{}_pgkeel_not_null", column.name);
            let (check, column) = (Ident(&name), Ident(&column.name));
            Some(vec![
                alone(format!(
                    "ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL) NOT VALID"
                )),
                alone(format!("ALTER TABLE {table} VALIDATE CONSTRAINT {check}")),
                like(sql.to_owned()),
                like(format!("ALTER TABLE {table} DROP CONSTRAINT {check}")),
            ])
        }
        _ => None,
    }
}

/// `CREATE UNIQUE INDEX CONCURRENTLY` and then the constraint that takes it over.
fn index_first(
    sql: &str,
    constraint: &crate::object::constraint::Constraint,
    alone: &dyn Fn(String) -> Step,
) -> Option<Vec<Step>> {
    let name = Ident(&constraint.name).to_string();
    let clause = constraint.definition.as_str();
    let (word, rest) = match clause.strip_prefix("PRIMARY KEY ") {
        Some(rest) => ("PRIMARY KEY", rest),
        None => ("UNIQUE", clause.strip_prefix("UNIQUE ")?),
    };
    // What the index cannot say: when the constraint is checked.
    if rest.contains("WITHOUT OVERLAPS")
        || rest.starts_with("NULLS")
        || sql.contains(" USING INDEX TABLESPACE ")
    {
        return None;
    }
    let (columns, deferrable) = match rest.find(" DEFERRABLE") {
        Some(place) => rest.split_at_checked(place)?,
        None => (rest, ""),
    };
    let options = if constraint.options.is_empty() {
        String::new()
    } else {
        format!(" WITH ({})", crate::object::options::storage_list(&constraint.options))
    };
    let table = &constraint.table;
    Some(vec![
        alone(format!("CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} {columns}{options}")),
        alone(format!("ALTER TABLE {table} ADD CONSTRAINT {name} {word} USING INDEX {name}{deferrable}")),
    ])
}
