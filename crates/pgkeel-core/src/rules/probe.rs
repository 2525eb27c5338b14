//! Questions that tell, before a migration runs, whether the rows of the target fit: read-only, to be asked on a replica.

use crate::review::history_model::Model;
use crate::sql::effect::{Expression, ForeignKey, Name, TypeName};

/// The keys that more than one row has.
pub(super) fn duplicates(table: &Name, keys: &[String], predicate: Option<&Expression>) -> String {
    let listed = keys.join(", ");
    // NULLs are never equal.
    let whole = keys.iter().map(|key| format!("{key} IS NOT NULL"));
    let conditions: Vec<String> =
        whole.chain(predicate.map(|predicate| format!("({})", predicate.text))).collect();
    format!(
        "SELECT {listed}, count(*) FROM {table} WHERE {} GROUP BY {listed} HAVING count(*) > 1",
        conditions.join(" AND ")
    )
}

/// How many rows have no value in one of the columns.
pub(super) fn nulls(table: &Name, columns: &[String]) -> String {
    let each: Vec<String> = columns.iter().map(|column| format!("{column} IS NULL")).collect();
    format!("SELECT count(*) FROM {table} WHERE {}", each.join(" OR "))
}

/// How many rows refer to nothing; `None` when the referenced columns are not known.
pub(super) fn orphans(table: &Name, key: &ForeignKey, model: &Model) -> Option<String> {
    let referred: Vec<String> = if key.referred.is_empty() {
        let primary = model.table(&key.table)?.primary_key();
        primary.into_iter().map(|name| crate::sql::ident::Ident(name).to_string()).collect()
    } else {
        key.referred.iter().map(ToString::to_string).collect()
    };
    if referred.len() != key.columns.len() || referred.is_empty() {
        return None;
    }
    let given: Vec<String> = key.columns.iter().map(|column| format!("child.{column} IS NOT NULL")).collect();
    let same: Vec<String> = referred
        .iter()
        .zip(&key.columns)
        .map(|(parent, child)| format!("parent.{parent} = child.{child}"))
        .collect();
    Some(format!(
        "SELECT count(*) FROM {table} AS child WHERE {} AND NOT EXISTS (SELECT FROM {} AS parent WHERE {})",
        given.join(" AND "),
        key.table,
        same.join(" AND ")
    ))
}

/// How many rows a condition refuses: NULL is no refusal.
pub(super) fn violating(table: &Name, condition: &Expression) -> String {
    format!("SELECT count(*) FROM {table} WHERE NOT ({})", condition.text)
}

/// How many values do not fit into another type; `None` when no short question tells.
pub(super) fn misfits(table: &Name, column: &Name, from: &TypeName, to: &TypeName) -> Option<String> {
    if let Some(length) = to.length() {
        return Some(format!("SELECT count(*) FROM {table} WHERE char_length({column}) > {length}"));
    }
    let range = match to.stored() {
        "smallint" => Some("-32768 AND 32767"),
        "integer" => Some("-2147483648 AND 2147483647"),
        _ => None,
    };
    let text = matches!(from.stored(), "text" | "varchar" | "char");
    if text {
        // PostgreSQL 16 and later.
        let target = to.to_string().replace('\'', "''");
        return Some(format!(
            "SELECT count(*) FROM {table} WHERE NOT pg_input_is_valid({column}, '{target}')"
        ));
    }
    let range = range.filter(|_| !from.array)?;
    Some(format!("SELECT count(*) FROM {table} WHERE {column} NOT BETWEEN {range}"))
}
