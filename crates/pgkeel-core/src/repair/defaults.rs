//! Columns that are added to tables without rows get their default afterwards: PostgreSQL evaluates the default of a
//! column that it adds, also where there is no row for the value, and one that reads a setting of the application's
//! sessions would fail.

use crate::object::{Body, Kind};
use crate::plan::Step;
use crate::schema::{Id, Schema};
use crate::sql::ident::Ident;

use super::Facts;

/// The same steps, with such defaults set in steps of their own.
pub fn afterwards(steps: Vec<Step>, goal: &Schema, facts: &Facts) -> Vec<Step> {
    let mut separate = Vec::with_capacity(steps.len());
    for step in steps {
        match split(&step, goal, facts) {
            Some(list) => separate.extend(list),
            None => separate.push(step),
        }
    }
    separate
}

fn split(step: &Step, goal: &Schema, facts: &Facts) -> Option<[Step; 2]> {
    let id: Id = step.cause.parse().ok().filter(|id: &Id| id.kind == Kind::Column)?;
    let Some(Body::Column(column)) = goal.body(&id) else { return None };
    let (table, name) = (&column.table, &column.name);
    if !step.sql.contains(" ADD COLUMN ")
        || facts.filled.contains(&Id::new(Kind::Table, [&table.0, &table.1]))
    {
        return None;
    }
    let Some(Body::Default(default)) = goal.body(&Id::new(Kind::Default, [&table.0, &table.1, name])) else {
        return None;
    };
    let clause = format!(" DEFAULT {}", default.expression);
    let bare = step.sql.replacen(&clause, "", 1);
    let set = format!("ALTER TABLE {table} ALTER COLUMN {} SET{clause}", Ident(name));
    (bare != step.sql)
        .then(|| [Step { sql: bare, ..step.clone() }, Step { cause: step.cause.clone(), ..Step::new(set) }])
}
