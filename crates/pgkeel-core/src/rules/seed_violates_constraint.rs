//! Rule `seed-violates-constraint`: a seed has a row that a constraint of a migration refuses.

use std::collections::BTreeMap;

use super::facts::{contradicts_length, is_list};
use super::refused_rows;
use crate::review::context::{Out, ProjectContext};
use crate::review::history_model::{CATALOG, Table, TableColumn, columns_of, short};
use crate::review::seeds::{Column, KnownBy, SeedRow, Value};
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
    let mut changes = Changes::new();
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
                columns(context, table, column, row, &mut changes, &mut report);
            }
            // What comes of a row that passes through a trigger, only PostgreSQL can tell.
            if passes_through_trigger(context, &row.table) {
                continue;
            }
            unique(context, table, row, index, &mut seen, &mut report);
        }
    }
}

/// By table, column and what changed, where that was: there may be many wrong rows for one column.
type Changes = BTreeMap<(String, String, &'static str), (usize, TextRange)>;

fn passes_through_trigger(context: &ProjectContext<'_>, table: &str) -> bool {
    context.model.triggers.iter().any(|((on, _), trigger)| on == table && trigger.before_insert)
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
    changes: &mut Changes,
    report: &mut dyn FnMut((usize, TextRange), String),
) {
    let name = format!("{}.{}", table.name, column.name);
    let value = value_of(row, table, &column.name);
    // A domain may have a default of its own.
    let given = column.default.is_some() || column.generated;
    let domain = column.type_name.as_ref().is_some_and(|of| context.model.domain(of).is_some());
    let left_out = value.is_none() && table.complete && !given && !domain;
    let filled = passes_through_trigger(context, &row.table);
    let mut settled_by = |how: &'static str, is: &dyn Fn(&What) -> bool| {
        let place = (row.table.clone(), column.name.clone(), how);
        *changes.entry(place).or_insert_with(|| last_change(context, table, column, is))
    };
    if column.not_null && !filled && (value == Some(&Value::Null) || left_out) {
        let what = if left_out { "has no value" } else { "is NULL" };
        let made = settled_by("not null", &|what| matches!(what, What::SetNotNull { .. }));
        report(made, format!("{name} {what} in this row, and is NOT NULL"));
    }
    let Some(Value::Text(text)) = value else { return };
    let length = column.type_name.as_ref().and_then(|of| context.model.length(of));
    if let Some(limit) = length.filter(|limit| contradicts_length(text, *limit)) {
        let made = settled_by("type", &|what| matches!(what, What::AlterColumnType { .. }));
        report(made, format!("'{text}' has {} characters, {name} holds {limit}", text.chars().count()));
    }
    let own = Name::plain(&column.name, TextRange::default());
    for constraint in table.constraints.iter().filter(|_| !filled) {
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
    let text = |column: &Name| match value_of(row, table, column.last()) {
        Some(Value::Text(text) | Value::Plain(text)) => Some(text.clone()),
        _ => None,
    };
    let keys = table.constraints.iter().filter_map(|constraint| {
        let (ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. }) = &constraint.kind else {
            return None;
        };
        let values = columns.iter().map(text).collect::<Option<Vec<String>>>().filter(|values| !values.is_empty())?;
        Some((constraint, (format!("{} {}", row.table, constraint.name), values)))
    });
    let keys: Vec<_> = keys.collect();
    if keys.iter().filter_map(|(_, key)| seen.get(key)).any(|(_, first)| is_passed_over(row, first, table)) {
        return;
    }
    for (constraint, key) in keys {
        match seen.get(&key) {
            Some((file, first)) => {
                let at = context.files.get(*file).map_or_else(String::new, |file| {
                    format!("{}:{}", file.path, file.line(first.range.start))
                });
                let made = (constraint.origin.file, constraint.origin.range);
                let shown = key.1.join(", ");
                report(made, format!("({shown}) is in the row at {at} already, and {} is unique", constraint.name));
            }
            None => {
                seen.insert(key, (index, row));
            }
        }
    }
}

/// Whether the seed knows a row for the one that is there, and changes or leaves it instead of being refused.
fn is_passed_over(row: &SeedRow, first: &SeedRow, table: &Table) -> bool {
    let columns: Vec<&str> = match &row.known_by {
        KnownBy::Nothing => return false,
        KnownBy::AnyKey => return true,
        KnownBy::PrimaryKey => table.primary_key(),
        KnownBy::Columns(columns) => columns.iter().map(String::as_str).collect(),
        KnownBy::Constraint(name) => {
            let known = table.constraints.iter().find(|constraint| constraint.name == *name);
            known.map(|constraint| columns_of(&constraint.kind)).unwrap_or_default()
        }
    };
    // NULL is like nothing else, and so is a number that is counted up; a value that is not known may be the same.
    columns.iter().all(|column| match (value_of(row, table, column), value_of(first, table, column)) {
        (Some(Value::Null), _) | (_, Some(Value::Null)) => false,
        (Some(Value::Text(a) | Value::Plain(a)), Some(Value::Text(b) | Value::Plain(b))) => a == b,
        (None, _) | (_, None) => !table.column(column).is_some_and(|column| column.generated),
        (Some(Value::Unknown), _) | (_, Some(Value::Unknown)) => true,
    })
}
