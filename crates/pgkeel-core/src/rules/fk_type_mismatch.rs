//! Rule `fk-type-mismatch`: a foreign key whose type is not that of the key it refers to.

use crate::finding::Severity;
use crate::review::context::{Context, Out};
use crate::sql::effect::{Constraint, ConstraintKind, Effect, ForeignKey, Name, TypeName, What};

rule! {
    id: "fk-type-mismatch",
    severity: Error,
    topic: Design,
    title: "A foreign key whose type is not that of the key it refers to",
    why: "uuid against varchar is refused (42804); int against bigint, or varchar of another length, is accepted, and then some keys can never be referred to and joins cast every row.",
    instead: "Give the column exactly the type of the referenced column.",
    aliases: ["pgls:fkTypeMismatch", "pglinter:B008", "pg-index-health:foreign_keys_with_unmatched_column_type", "online_migrations:mismatched_foreign_key_type", "strong_migrations:mismatched_foreign_key_type"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    for (table, key, own) in foreign_keys(context, &effect.what) {
        let Some(referred) = context.model.table(&key.table) else { continue };
        let primary = referred.primary_key();
        for (at, column) in key.columns.iter().enumerate() {
            let target = key.referred.get(at).map(Name::last).or_else(|| primary.get(at).copied());
            let Some(target) = target.and_then(|target| referred.column(target)) else { continue };
            let (Some(mine), Some(theirs)) = (own.get(at).and_then(Option::as_ref), &target.type_name) else { continue };
            if mine.is_stored_as(theirs) {
                continue;
            }
            let comparable = mine.stored() == theirs.stored() || is_integer(mine) && is_integer(theirs) || is_text(mine) && is_text(theirs);
            let severity = if comparable { Severity::Warning } else { Severity::Error };
            let verdict = if comparable { "" } else { ": PostgreSQL refuses it" };
            let message = format!("{table}.{column} is {mine}, but {}.{} is {theirs}{verdict}", key.table, target.name);
            let place = if mine.range.end > mine.range.start && own_in_statement(&effect.what) { mine.range } else { key.reference };
            let hit = out.at(place, message).on(format!("column {table}.{column}")).severity(severity);
            if place == mine.range {
                let modifiers = TypeName { name: theirs.stored().to_owned(), ..theirs.clone() };
                hit.fix("use the type of the referenced column", vec![(mine.range, modifiers.to_string())]);
            }
        }
    }
}

fn own_in_statement(what: &What) -> bool {
    matches!(what, What::CreateTable(_) | What::AddColumn { .. })
}

fn is_integer(type_name: &TypeName) -> bool {
    matches!(type_name.stored(), "smallint" | "integer" | "bigint")
}

fn is_text(type_name: &TypeName) -> bool {
    matches!(type_name.stored(), "text" | "varchar" | "char")
}

/// Each foreign key that an effect writes, with its table and the types of its columns.
fn foreign_keys<'a>(context: &'a Context<'_>, what: &'a What) -> Vec<(&'a Name, &'a ForeignKey, Vec<Option<TypeName>>)> {
    let of = |constraints: &'a [Constraint]| {
        constraints.iter().filter_map(|constraint| match &constraint.kind {
            ConstraintKind::ForeignKey(key) => Some(key),
            _ => None,
        })
    };
    match what {
        What::CreateTable(table) => {
            let types = |key: &ForeignKey| {
                let column = |name: &Name| table.columns.iter().find(|column| column.name.last() == name.last());
                key.columns.iter().map(|name| column(name).and_then(|column| column.type_name.clone())).collect()
            };
            let inline = table.columns.iter().flat_map(|column| of(&column.constraints));
            inline.chain(of(&table.constraints)).map(|key| (&table.name, key, types(key))).collect()
        }
        What::AddColumn { table, column, .. } => {
            of(&column.constraints).map(|key| (table, key, vec![column.type_name.clone()])).collect()
        }
        What::AddConstraint { table, constraint } => {
            let types = |key: &ForeignKey| {
                let known = |name: &Name| context.model.column(table, name.last()).and_then(|known| known.type_name.clone());
                key.columns.iter().map(known).collect()
            };
            of(std::slice::from_ref(&**constraint)).map(|key| (table, key, types(key))).collect()
        }
        _ => Vec::new(),
    }
}
