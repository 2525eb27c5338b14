//! What the schema does already where a migration does it again: who refers to the same table and how, who keeps the same
//! kind of value, which values a replaced CHECK accepted.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{place, sentence};
use crate::finding::Finding;
use crate::review::history_model::Model;
use crate::review::source::File;
use crate::sql::effect::{
    Column, Constraint, ConstraintKind, Effect, Expression, ForeignKey, Name, Origin as Written, What,
};

/// Rules whose findings are about breaking with what is there.
const BREAKS: &[&str] =
    &["fk-breaks-precedent", "naming-precedent", "fk-type-mismatch", "missing-comment", "rollback-missing"];

/// How many examples are named.
const EXAMPLES: usize = 4;

/// Writes the section.
pub(super) fn precedent(text: &mut String, files: &[File], models: &[(usize, Model)], findings: &[Finding]) {
    let mut lines = String::new();
    for finding in findings.iter().filter(|finding| BREAKS.contains(&finding.rule.as_str())) {
        let _ = writeln!(lines, "- **broken** {} {}", place(finding), sentence(&finding.message));
    }
    for (index, before) in models {
        let Some(file) = files.get(*index) else { continue };
        let mut dropped: Vec<(String, Expression)> = Vec::new();
        for (_, statement) in file.up() {
            for effect in statement.reading.effects.iter().filter(|effect| effect.origin != Written::Function)
            {
                let line = file.line(statement.range.start + effect.range.start);
                for words in followed(effect, before, &mut dropped) {
                    let _ = writeln!(lines, "- followed `{}:{line}` {}", file.name(), sentence(&words));
                }
            }
        }
    }
    if !lines.is_empty() {
        let _ = writeln!(text, "## Precedent\n\n{lines}");
    }
}

/// Where an effect does what is done elsewhere.
fn followed(effect: &Effect, before: &Model, dropped: &mut Vec<(String, Expression)>) -> Vec<String> {
    let mut found = Vec::new();
    match &effect.what {
        What::CreateTable(table) => {
            for column in &table.columns {
                of_column(&table.name, column, before, &mut found);
            }
            let keys = table.constraints.iter().filter_map(foreign);
            found.extend(keys.filter_map(|key| of_key(&table.name, key, before)));
        }
        What::AddColumn { table, column, .. } => of_column(table, column, before, &mut found),
        What::AddConstraint { table, constraint } => {
            found.extend(foreign(constraint).and_then(|key| of_key(table, key, before)));
            let name = constraint.name.as_ref().map(Name::last).unwrap_or_default();
            let old = dropped.iter().find(|(known, _)| known == name);
            if let (ConstraintKind::Check(new), Some((_, old))) = (&constraint.kind, old) {
                found.extend(of_check(table, name, old, new, before));
            }
        }
        What::DropConstraint { table, constraint, .. } => {
            let known = before.table(table).into_iter().flat_map(|table| &table.constraints);
            for old in known.filter(|known| known.name == constraint.last()) {
                if let ConstraintKind::Check(condition) = &old.kind {
                    dropped.push((old.name.clone(), condition.clone()));
                }
            }
        }
        _ => {}
    }
    found
}

fn foreign(constraint: &Constraint) -> Option<&ForeignKey> {
    match &constraint.kind {
        ConstraintKind::ForeignKey(key) => Some(key),
        _ => None,
    }
}

fn of_column(table: &Name, column: &Column, before: &Model, found: &mut Vec<String>) {
    found.extend(column.constraints.iter().filter_map(foreign).filter_map(|key| of_key(table, key, before)));
    let Some(kind) =
        column.type_name.as_ref().filter(|kind| matches!(kind.stored(), "jsonb" | "timestamptz"))
    else {
        return;
    };
    let others: Vec<String> = before
        .tables
        .values()
        .flat_map(|known| known.columns.iter().map(move |column| (known, column)))
        .filter(|(_, known)| known.type_name.as_ref().is_some_and(|known| known.stored() == kind.stored()))
        .map(|(known, column)| format!("{}.{}", known.name, column.name))
        .collect();
    if !others.is_empty() {
        let null = if column.not_null { "" } else { " and may be NULL" };
        found.push(format!(
            "{table}.{} is {kind}{null}, as {} other columns are {kind} ({})",
            column.name,
            others.len(),
            listed(&others)
        ));
    }
}

fn of_key(table: &Name, key: &ForeignKey, before: &Model) -> Option<String> {
    let target = before.key(&key.table);
    let others: Vec<String> = before
        .tables
        .values()
        .flat_map(|known| known.constraints.iter().map(move |constraint| (known, constraint)))
        .filter_map(|(known, constraint)| Some((known, constraint.foreign_key()?)))
        .filter(|(_, other)| before.key(&other.table) == target)
        .map(|(known, other)| {
            format!("{}.{}", known.name, other.columns.first().map(Name::last).unwrap_or_default())
        })
        .collect();
    (!others.is_empty()).then(|| {
        format!(
            "{table} refers to {} by its key, as {} others do ({})",
            key.table,
            others.len(),
            listed(&others)
        )
    })
}

/// A CHECK that takes the place of one: which values stay, which are new, whether they fit.
fn of_check(table: &Name, name: &str, old: &Expression, new: &Expression, before: &Model) -> Option<String> {
    let values = |condition: &Expression| {
        condition.strings.iter().map(|(value, _)| value.clone()).collect::<BTreeSet<_>>()
    };
    let (had, has) = (values(old), values(new));
    if had.is_empty() || !had.is_subset(&has) {
        return None;
    }
    let more: Vec<String> = has.difference(&had).map(|value| format!("'{value}'")).collect();
    let fits =
        new.columns.first().and_then(|column| before.column(table, column.last())).and_then(|column| {
            let length = column.type_name.as_ref()?.length()?;
            let longest = has.iter().map(|value| value.chars().count()).max()?;
            Some(format!("; the longest value has {longest} of {length} characters"))
        });
    let more = if more.is_empty() { "nothing".to_owned() } else { more.join(", ") };
    Some(format!(
        "{name} of {table} keeps all {} values and adds {more}{}",
        had.len(),
        fits.unwrap_or_default()
    ))
}

fn listed(names: &[String]) -> String {
    let more = if names.len() > EXAMPLES { ", ..." } else { "" };
    let shown: Vec<&str> = names.iter().take(EXAMPLES).map(String::as_str).collect();
    format!("{}{more}", shown.join(", "))
}
