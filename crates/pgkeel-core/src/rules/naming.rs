//! What names say: which table a column refers to, and which style a project writes.

use crate::review::history_model::{Model, Table, TableColumn};

/// The table and key that a column's name says it refers to: `customerId`, `customer_id`, `customer_uuid` name the table
/// `Customer` or `customers`. Only tables with a primary key of one column, and only when the name leaves no doubt.
pub(super) fn referenced_by_name<'a>(
    model: &'a Model,
    column: &str,
    own: &str,
) -> Option<(&'a Table, &'a TableColumn)> {
    let stem = stem_of(column)?;
    let mut matching = model.tables_called(&stem).filter(|table| table.key() != own && !table.temporary);
    let table = matching.next()?;
    if matching.next().is_some() {
        return None;
    }
    match table.primary_key().as_slice() {
        [key] => table.column(key).map(|key| (table, key)),
        _ => None,
    }
}

/// `customer` of `customerId`, `customer_id`, `CustomerID`, `customer_uuid`, `fk_customer`.
fn stem_of(column: &str) -> Option<String> {
    let lower = column.to_lowercase();
    let camel = column.ends_with("Id") || column.ends_with("ID") || column.ends_with("Uuid");
    let stem = ["_id", "_uuid"].iter().find_map(|suffix| lower.strip_suffix(suffix).map(str::to_owned));
    let stem = stem.or_else(|| {
        let cut = if lower.ends_with("uuid") { 4 } else { 2 };
        if camel { lower.get(..lower.len() - cut).map(str::to_owned) } else { None }
    });
    let stem = stem.or_else(|| lower.strip_prefix("fk_").map(str::to_owned))?;
    let stem = squeezed(&stem);
    // Ids of other systems are no references, whatever they are called.
    let foreign = [
        "external", "stripe", "google", "github", "slack", "remote", "legacy", "client", "request",
        "session", "trace",
    ];
    if stem.is_empty() || foreign.iter().any(|word| stem.starts_with(word) && stem != *word) {
        None
    } else {
        Some(stem)
    }
}

pub(super) use crate::review::history_model::squeezed;
