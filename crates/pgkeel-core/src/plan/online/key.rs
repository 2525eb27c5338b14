//! Primary keys and UNIQUE constraints that take over an index which was built concurrently.

use super::{alone, like};
use crate::object::constraint::Constraint;
use crate::object::options::storage_list;
use crate::plan::Step;
use crate::sql::ident::Ident;

/// The index under `index`, and the constraint that takes it over and gives it its name. `None` for a key that an index
/// cannot say.
pub fn over_index(step: &Step, constraint: &Constraint, index: &str) -> Option<Vec<Step>> {
    let (build, take) = parts(step, constraint, index)?;
    Some(vec![build, Step { transactional: false, ..take }])
}

/// The step that builds the index, and the one that takes it over.
pub fn parts(step: &Step, constraint: &Constraint, index: &str) -> Option<(Step, Step)> {
    let clause = constraint.definition.as_str();
    let (word, rest) = match clause.strip_prefix("PRIMARY KEY ") {
        Some(rest) => ("PRIMARY KEY", rest),
        None => ("UNIQUE", clause.strip_prefix("UNIQUE ")?),
    };
    // Backed by a GiST index, which no UNIQUE index replaces.
    if rest.contains("WITHOUT OVERLAPS") {
        return None;
    }
    let (nulls, rest) = match rest.strip_prefix("NULLS NOT DISTINCT ") {
        Some(rest) => (" NULLS NOT DISTINCT", rest),
        None => ("", rest),
    };
    let (columns, deferrable) = match rest.find(" DEFERRABLE") {
        Some(place) => rest.split_at_checked(place)?,
        None => (rest, ""),
    };
    let mut tail = String::from(nulls);
    if !constraint.options.is_empty() {
        tail.push_str(&format!(" WITH ({})", storage_list(&constraint.options)));
    }
    if let Some(tablespace) = &constraint.tablespace {
        tail.push_str(&format!(" TABLESPACE {}", Ident(tablespace)));
    }
    let (table, name, index) = (&constraint.table, Ident(&constraint.name), Ident(index));
    let build = alone(step, format!("CREATE UNIQUE INDEX CONCURRENTLY {index} ON {table} {columns}{tail}"));
    let take = like(
        step,
        format!("ALTER TABLE {table} ADD CONSTRAINT {name} {word} USING INDEX {index}{deferrable}"),
    );
    Some((build, take))
}
