//! Rule `seed-violates-constraint`: a seed has a row that a constraint of a migration refuses.

use std::collections::BTreeMap;

use super::facts::{contradicts_length, is_list};
use super::refused_rows;
use crate::review::context::{Out, ProjectContext};
use crate::review::history_model::{CATALOG, Table, TableColumn, short};
use crate::review::seeds::{Column, SeedRow, Value};
use crate::sql::effect::{ConstraintKind, Name, TextRange, What};

rule! {
    id: "seed-violates-constraint",
    severity: Error,
    topic: Correctness,
    title: "A seed has a row that a constraint of a migration refuses",
    why: "`pgkeel up` and `pgkeel seed` fail at that row after the migrations went through; where the row is in the table already, it is the migration that fails.",
    instead: "Change the row, or the constraint; where the row is already loaded, mend it in the migration before the constraint comes.",
    aliases: [],
    check: Project(check),
}

/// The rows of all seeds that have the same value: the file's index and the row.
type Seen<'a> = BTreeMap<(String, Vec<String>), (usize, &'a SeedRow)>;

fn check(context: &ProjectContext<'_>, out: &mut Out<'_>) {
    if let Some(refused) = context.refused_rows {
        return refused_rows::report(context, refused, out);
    }
    let mut seen = Seen::new();
    for (index, file) in context.files.iter().enumerate() {
        for row in file.seed_rows.iter().flatten() {
            let Some(table) = context.model.tables.get(&row.table) else { continue };
            let mut report = |made: (usize, TextRange), message: String| {
                let reviewed = context.reviewed.get(made.0).copied().unwrap_or(true);
                let Some(by) = context.files.get(made.0).filter(|_| made.0 != CATALOG && reviewed) else { return };
                let message = format!("{message} ({}:{})", by.path, by.line(made.1.start));
                out.in_file(index, row.range, message).on(format!("table {}", short(&row.table)));
            };
            for column in &table.columns {
                columns(context, table, column, row, &mut report);
            }
            unique(context, table, row, index, &mut seen, &mut report);
        }
    }
}

pub(super) fn value_of<'a>(row: &'a SeedRow, table: &Table, column: &str) -> Option<&'a Value> {
    let is = |known: &Column| match known {
        Column::Named(name) => name == column,
        Column::At(at) => table.complete && table.columns.get(*at).is_some_and(|known| known.name == column),
    };
    row.values.iter().find(|(known, _)| is(known)).map(|(_, value)| value)
}

fn columns(
    context: &ProjectContext<'_>,
    table: &Table,
    column: &TableColumn,
    row: &SeedRow,
    report: &mut dyn FnMut((usize, TextRange), String),
) {
    let name = format!("{}.{}", table.name, column.name);
    let value = value_of(row, table, &column.name);
    let left_out = value.is_none() && table.complete && column.default.is_none() && !column.generated;
    if column.not_null && (value == Some(&Value::Null) || left_out) {
        let what = if left_out { "has no value" } else { "is NULL" };
        let made = last_change(context, table, column, &|what| matches!(what, What::SetNotNull { .. }));
        report(made, format!("{name} {what} in this row, and is NOT NULL"));
    }
    let Some(Value::Text(text)) = value else { return };
    let length = column.type_name.as_ref().and_then(|of| context.model.length(of));
    if let Some(limit) = length.filter(|limit| contradicts_length(text, *limit)) {
        let made = last_change(context, table, column, &|what| matches!(what, What::AlterColumnType { .. }));
        report(made, format!("'{text}' has {} characters, {name} holds {limit}", text.chars().count()));
    }
    let own = Name::plain(&column.name, TextRange::default());
    for constraint in &table.constraints {
        let ConstraintKind::Check(condition) = &constraint.kind else { continue };
        if is_list(condition, &own) && condition.strings.iter().all(|(allowed, _)| allowed != text) {
            let made = (constraint.origin.file, constraint.origin.range);
            report(made, format!("'{text}' is not among the values that {} allows in {name}", constraint.name));
        }
    }
}

/// The last statement that made a column what it is, else the one that made the column.
pub(super) fn last_change(
    context: &ProjectContext<'_>,
    table: &Table,
    column: &TableColumn,
    is: &dyn Fn(&What) -> bool,
) -> (usize, TextRange) {
    let mut made = (column.origin.file, column.origin.range);
    for (index, file) in context.order.iter().filter_map(|index| Some((*index, context.files.get(*index)?))) {
        for (_, statement) in file.up() {
            let mut effects = statement.reading.effects.iter().filter(|effect| is(&effect.what));
            let here = effects.find(|effect| match &effect.what {
                What::SetNotNull { table: on, column: of } | What::AlterColumnType { table: on, column: of, .. } => {
                    on.last() == table.name && of.last() == column.name
                }
                _ => false,
            });
            if let Some(effect) = here {
                made = (index, effect.range.shifted(statement.range.start));
            }
        }
    }
    made
}

fn unique<'a>(
    context: &ProjectContext<'_>,
    table: &Table,
    row: &'a SeedRow,
    index: usize,
    seen: &mut Seen<'a>,
    report: &mut dyn FnMut((usize, TextRange), String),
) {
    for constraint in &table.constraints {
        let (columns, primary) = match &constraint.kind {
            ConstraintKind::PrimaryKey { columns, .. } => (columns, true),
            ConstraintKind::Unique { columns, .. } => (columns, false),
            _ => continue,
        };
        // A row that is known by these columns is changed, not refused.
        let by_these = |key: &Vec<String>| {
            if key.is_empty() { primary } else { columns.iter().all(|column| key.iter().any(|k| k == column.last())) }
        };
        if row.key.as_ref().is_some_and(|key| by_these(key) || key.is_empty() && table.primary_key().is_empty()) {
            continue;
        }
        let text = |column: &Name| match value_of(row, table, column.last()) {
            Some(Value::Text(text) | Value::Plain(text)) => Some(text.clone()),
            _ => None,
        };
        let Some(values) = columns.iter().map(text).collect::<Option<Vec<String>>>() else { continue };
        if values.is_empty() {
            continue;
        }
        let shown = values.join(", ");
        match seen.get(&(format!("{} {}", row.table, constraint.name), values.clone())) {
            Some((file, first)) => {
                let at = context.files.get(*file).map_or_else(String::new, |file| {
                    format!("{}:{}", file.path, file.line(first.range.start))
                });
                let made = (constraint.origin.file, constraint.origin.range);
                report(made, format!("({shown}) is in the row at {at} already, and {} is unique", constraint.name));
            }
            None => {
                seen.insert((format!("{} {}", row.table, constraint.name), values), (index, row));
            }
        }
    }
}
