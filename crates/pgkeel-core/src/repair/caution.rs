//! What is created otherwise than it stands in the expected schema, or not at all, because of rows that are there.

use super::probe::columns_of;
use super::{Facts, Left};
use crate::finding::Severity;
use crate::object::column::Column;
use crate::object::foreign_key::ForeignKey;
use crate::object::{Body, Kind};
use crate::schema::{Id, Name, Object, Schema};
use crate::sql::ident::Ident;

/// The schemas and what is known of the rows.
pub struct Case<'a> {
    /// What is there.
    pub live: &'a Schema,
    /// What should be.
    pub expected: &'a Schema,
    /// What is known of the rows.
    pub facts: &'a Facts,
}

impl Case<'_> {
    fn is_filled(&self, table: &Name) -> bool {
        let id = Id::new(Kind::Table, [&table.0, &table.1]);
        self.live.has(&id) && self.facts.filled.contains(&id)
    }

    /// Whether a column will be added whose rows have no value that NOT NULL could hold for.
    fn lacks_values(&self, column: &Column) -> bool {
        let name = [column.table.0.as_str(), &column.table.1, &column.name];
        let gets_values = column.identity.is_some()
            || column.generated.is_some()
            || self.expected.has(&Id::new(Kind::Default, name));
        self.is_filled(&column.table) && !self.live.has(&Id::new(Kind::Column, name)) && !gets_values
    }

    /// Why an object is not created, whatever else holds.
    pub fn against_creating(&self, wanted: &Object) -> Option<String> {
        match &wanted.body {
            Body::Subscription(_) => {
                Some("a subscription connects to another server as soon as it exists".into())
            }
            Body::Constraint(constraint) if constraint.kind == "p" => {
                let table = &constraint.table;
                let bare = columns_of(&constraint.definition).into_iter().find(|name| {
                    let id = Id::new(Kind::Column, [&table.0, &table.1, name]);
                    matches!(self.expected.body(&id), Some(Body::Column(column)) if self.lacks_values(column))
                })?;
                Some(format!("the rows of {table} have no values of column {bare}, which is new"))
            }
            _ => None,
        }
    }

    /// The object as it can be created, and what is left for a person to do about it.
    pub fn eased(&self, id: &Id, wanted: &Object) -> (Object, Option<Left>) {
        let as_is = || (wanted.clone(), None);
        let (body, reason, command) = match &wanted.body {
            Body::Column(column) if column.not_null && self.lacks_values(column) => nullable(column),
            Body::Constraint(constraint) => match self.facts.violated.get(id) {
                Some(reason) if constraint.kind == "c" => {
                    let definition = unchecked(&constraint.definition);
                    let command = validate(&constraint.table, &constraint.name);
                    let constraint =
                        crate::object::constraint::Constraint { definition, ..(**constraint).clone() };
                    (constraint.into(), not_valid(reason), command)
                }
                _ => return as_is(),
            },
            Body::ForeignKey(key) => match self.facts.violated.get(id) {
                Some(reason) => {
                    let command = validate(&key.table, &key.name);
                    let key = ForeignKey { definition: unchecked(&key.definition), ..(**key).clone() };
                    (key.into(), not_valid(reason), command)
                }
                None => return as_is(),
            },
            _ => return as_is(),
        };
        let left = Left { object: id.to_string(), reason, command: Some(command), severity: Severity::Error };
        (Object { body, ..wanted.clone() }, Some(left))
    }
}

/// A NOT NULL column whose rows would have no value is added without NOT NULL.
fn nullable(column: &Column) -> (Body, String, String) {
    let (table, name) = (&column.table, Ident(&column.name));
    let reason = format!(
        "it is NOT NULL without a default, and {table} holds rows: it is added nullable, and its values are yours to give"
    );
    let command = format!(
        "UPDATE {table} SET {name} = ... WHERE {name} IS NULL; ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL"
    );
    let eased = Column { not_null: false, not_null_constraint: None, ..column.clone() };
    (eased.into(), reason, command)
}

fn unchecked(definition: &str) -> String {
    let checked = !definition.ends_with(" NOT VALID") && !definition.ends_with(" NOT ENFORCED");
    if checked { format!("{definition} NOT VALID") } else { definition.to_owned() }
}

fn not_valid(reason: &str) -> String {
    format!(
        "{reason}: it is added NOT VALID, which holds for new rows, and is to be validated when they are mended"
    )
}

fn validate(table: &Name, name: &str) -> String {
    format!("ALTER TABLE {table} VALIDATE CONSTRAINT {}", Ident(name))
}
