//! Where a plan uses values that it adds to an enum: PostgreSQL refuses that within one transaction (SQLSTATE 55P04).

use std::collections::BTreeSet;

use serde_json::Value;

use super::Enum;
use crate::object::{Body, Define, Kind, Site};
use crate::schema::{Id, Schema};
use crate::sql::ident::qualified;
use crate::sql::lexer::{TokenKind, tokens};

/// Whether something that is created or changed holds one of the labels as a constant of the enum, or of an array, a
/// domain, a range or another type that is made of it. What is written inside a routine's text is not read before the
/// routine runs.
pub fn are_used(enumeration: &Enum, labels: &[&str], site: &Site) -> bool {
    let types = made_of(enumeration.id(), site.new);
    site.new.objects.iter().any(|(id, object)| {
        if site.old.body(id) == Some(&object.body) {
            return false;
        }
        // The constants of a partition's bound have the types of its parent's key.
        let as_bound = match &object.body {
            Body::Attachment(attachment) => {
                site.new.parts(Kind::Column, &attachment.parent).any(|(_, object)| match &object.body {
                    Body::Column(column) => types.contains(&column.data_type),
                    _ => false,
                })
            }
            _ => false,
        };
        serde_json::to_value(&object.body).is_ok_and(|body| holds(&body, labels, &types, as_bound))
    })
}

/// The type and all that are made of it, as SQL writes their names.
fn made_of(id: Id, schema: &Schema) -> BTreeSet<String> {
    let mut found = vec![id];
    let mut next = 0;
    while let Some(current) = found.get(next).cloned() {
        next += 1;
        for (user, _) in schema.needs.iter().filter(|(_, needs)| needs.contains(&current)) {
            let is_type = matches!(user.kind, Kind::Domain | Kind::Composite | Kind::Range);
            if is_type && !found.contains(user) {
                found.push(user.clone());
            }
        }
    }
    let mut names = BTreeSet::new();
    for id in &found {
        if let (Some(namespace), Some(name)) = (id.parts.first(), id.parts.get(1)) {
            names.insert(qualified(namespace, name));
        }
        if let Some(Body::Range(range)) = schema.body(id) {
            names.insert(range.multirange.to_string());
        }
    }
    names
}

fn holds(value: &Value, labels: &[&str], types: &BTreeSet<String>, as_bound: bool) -> bool {
    match value {
        Value::String(text) => has_constant(text, labels, types, as_bound),
        Value::Array(list) => list.iter().any(|value| holds(value, labels, types, as_bound)),
        Value::Object(fields) => fields.values().any(|value| holds(value, labels, types, as_bound)),
        _ => false,
    }
}

/// Whether a constant of one of the types, or any at all, has one of the labels in it.
fn has_constant(text: &str, labels: &[&str], types: &BTreeSet<String>, any: bool) -> bool {
    tokens(text, false).filter(|token| token.kind == TokenKind::Text).any(|token| {
        let rest = text.get(token.range.end..);
        let cast = rest.and_then(|rest| rest.strip_prefix("::")).unwrap_or_default();
        let constant = text.get(token.range).unwrap_or_default();
        (any || types.iter().any(|name| begins_with_type(cast, name)))
            && labels.iter().any(|label| is_within(label, constant))
    })
}

fn begins_with_type(cast: &str, name: &str) -> bool {
    let is_part = |character: char| character.is_alphanumeric() || character == '_' || character == '$';
    cast.strip_prefix(name).is_some_and(|rest| !rest.starts_with(is_part))
}

/// Within an array or a row a label with such characters is written in another way than by itself.
fn is_within(label: &str, constant: &str) -> bool {
    label.contains(['\\', '"']) || constant.contains(&label.replace('\'', "''"))
}
