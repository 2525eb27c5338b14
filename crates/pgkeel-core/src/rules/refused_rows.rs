//! The rows of seeds that PostgreSQL refused, each with the statement that made what refuses it.

use super::facts::contradicts_length;
use super::seed_violates_constraint::{last_change, value_of};
use crate::review::File;
use crate::review::context::{Out, ProjectContext};
use crate::review::history_model::{CATALOG, Origin, Table, short};
use crate::review::seeds::{SeedRefusal, SeedRow, Value};
use crate::sql::effect::{Name, TextRange, What};

/// SQLSTATE foreign_key_violation.
const FOREIGN_KEY: &str = "23503";

/// SQLSTATE not_null_violation.
const NOT_NULL: &str = "23502";

/// Reports those that are refused by what a reviewed file makes.
pub(super) fn report(context: &ProjectContext<'_>, refusals: &[SeedRefusal], out: &mut Out<'_>) {
    let mut refused: Vec<(String, Option<&SeedRow>)> = Vec::new();
    for refusal in refusals {
        let seed = |(_, file): &(usize, &File)| file.seed_rows.is_some() && file.path == refusal.file;
        let Some((index, file)) = context.files.iter().enumerate().find(seed) else { continue };
        let row =
            row_of(context, refusal, file.seed_rows.as_deref().unwrap_or_default(), |byte| file.line(byte));
        let key = refusal.table.clone().or_else(|| row.map(|row| row.table.clone()));
        let table = key.as_ref().and_then(|key| context.model.tables.get(key));
        // A row that another one refers to was refused before.
        if refusal.code == FOREIGN_KEY
            && table.is_some_and(|table| follows(context, refusal, table, &refused))
        {
            continue;
        }
        if !only_changes(file, refusal) {
            refused.extend(key.clone().map(|key| (key, row)));
        }
        let range = row.map_or_else(|| file.line_range(refusal.line.unwrap_or(1)), |row| row.range);
        let place = match made(context, refusal, table, row) {
            Some((by, range)) if is_reviewed(context, by) => {
                context.files.get(by).map(|file| format!(" ({}:{})", file.path, file.line(range.start)))
            }
            Some(_) => None,
            None => (0..context.files.len()).all(|file| is_reviewed(context, file)).then(String::new),
        };
        let Some(place) = place else { continue };
        let detail = refusal.detail.as_ref().map(|detail| format!("; {detail}")).unwrap_or_default();
        let message = match refusal.code.as_str() {
            "21000" => format!("the row has the key of another row of the file{place}"),
            _ => format!("PostgreSQL refuses the row: {}{detail}{place}", refusal.message),
        };
        let hit = out.in_file(index, range, message);
        if let Some(key) = key {
            hit.on(format!("table {}", short(&key)));
        }
    }
}

fn is_reviewed(context: &ProjectContext<'_>, file: usize) -> bool {
    context.reviewed.get(file).copied().unwrap_or(true)
}

/// The row at the refusal's line; of what was only told at the end of the file, the row with the values that it names.
fn row_of<'a>(
    context: &ProjectContext<'_>,
    refusal: &SeedRefusal,
    rows: &'a [SeedRow],
    line: impl Fn(usize) -> usize,
) -> Option<&'a SeedRow> {
    if let Some(wanted) = refusal.line {
        return rows.iter().find(|row| line(row.range.start) == wanted);
    }
    let table = context.model.tables.get(refusal.table.as_ref()?)?;
    let wanted = named_values(refusal)?;
    let has =
        |row: &SeedRow| wanted.iter().all(|(name, wanted)| may_be(row, table, name, wanted) == Some(true));
    rows.iter().find(|row| refusal.table.as_ref() == Some(&row.table) && has(row))
}

/// The columns and values of `Key (a, b)=(1, x) is not present in table "t".`
fn named_values(refusal: &SeedRefusal) -> Option<Vec<(&str, &str)>> {
    let (names, rest) = refusal.detail.as_ref()?.split_once('(')?.1.split_once(")=(")?;
    let (values, _) = rest.split_once(") ")?;
    Some(names.split(", ").map(|name| name.trim_matches('"')).zip(values.split(", ")).collect())
}

/// Whether a row has a value in a column; `None` when its text does not tell.
fn may_be(row: &SeedRow, table: &Table, column: &str, wanted: &str) -> Option<bool> {
    match value_of(row, table, column)? {
        Value::Text(text) | Value::Plain(text) => Some(text == wanted),
        Value::Null => Some(false),
        Value::Unknown => None,
    }
}

/// Whether it was no new row that was refused: the table has all of its rows still.
fn only_changes(file: &File, refusal: &SeedRefusal) -> bool {
    let statement =
        file.statements.iter().find(|statement| Some(file.line(statement.range.start)) == refusal.line);
    let mut effects = statement.into_iter().flat_map(|statement| &statement.reading.effects);
    effects.any(|effect| matches!(effect.what, What::Update { .. } | What::Delete { .. }))
}

/// Whether the row that a foreign key misses may be one that was refused itself.
fn follows(
    context: &ProjectContext<'_>,
    refusal: &SeedRefusal,
    table: &Table,
    refused: &[(String, Option<&SeedRow>)],
) -> bool {
    let named =
        |name: &String| table.constraints.iter().find(|constraint| constraint.name == *name)?.foreign_key();
    let Some(foreign) = refusal.constraint.as_ref().and_then(named) else { return false };
    let key = context.model.key(&foreign.table);
    let Some(parent) = context.model.tables.get(&key) else { return false };
    let referred: Vec<&str> = match foreign.referred.as_slice() {
        [] => parent.primary_key(),
        columns => columns.iter().map(Name::last).collect(),
    };
    let values = named_values(refusal).unwrap_or_default();
    let is_other = |row: &SeedRow| {
        let mut pairs = referred.iter().zip(&values);
        pairs.any(|(column, (_, wanted))| may_be(row, parent, column, wanted) == Some(false))
    };
    refused.iter().any(|(of, row)| *of == key && row.is_none_or(|row| !is_other(row)))
}

/// Where that was made which refuses the row.
fn made(
    context: &ProjectContext<'_>,
    refusal: &SeedRefusal,
    table: Option<&Table>,
    row: Option<&SeedRow>,
) -> Option<(usize, TextRange)> {
    let place = |origin: Origin| (origin.file != CATALOG).then_some((origin.file, origin.range));
    if let Some(name) = &refusal.constraint {
        let constraint = table.and_then(|table| table.constraints.iter().find(|known| known.name == *name));
        let namespace = table.map_or("public", |table| table.namespace.as_str());
        let index = context.model.indexes.get(&format!("{namespace}.{name}"));
        let known =
            constraint.map(|known| known.origin).or_else(|| index.map(|known| known.origin)).and_then(place);
        return known.or_else(|| last_naming(context, name)).or_else(|| place(table?.origin));
    }
    if let Some(name) = refusal.data_type.as_deref().or_else(|| enum_of(refusal)) {
        return last_naming(context, name.rsplit('.').next().unwrap_or(name));
    }
    let table = table?;
    let not_null = |what: &What| matches!(what, What::SetNotNull { .. });
    let retyped = |what: &What| matches!(what, What::AlterColumnType { .. });
    if let Some(column) = refusal.column.as_ref().and_then(|name| table.column(name)) {
        return Some(last_change(
            context,
            table,
            column,
            if refusal.code == NOT_NULL { &not_null } else { &retyped },
        ));
    }
    // Of a value that is too long, PostgreSQL does not say for which column.
    let too_long = table.columns.iter().find(|column| {
        let limit = column.type_name.as_ref().and_then(|of| context.model.length(of));
        let value = row.and_then(|row| value_of(row, table, &column.name));
        matches!((value, limit), (Some(Value::Text(text)), Some(limit)) if contradicts_length(text, limit))
    });
    match too_long {
        Some(column) => Some(last_change(context, table, column, &retyped)),
        None => place(table.origin),
    }
}

/// The enumerated type of `invalid input value for enum color: "red"`.
fn enum_of(refusal: &SeedRefusal) -> Option<&str> {
    let rest = refusal.message.split_once("for enum ")?.1;
    Some(rest.split_once(": ")?.0.trim_matches('"'))
}

/// The last statement that names something which text alone does not show to be made.
fn last_naming(context: &ProjectContext<'_>, name: &str) -> Option<(usize, TextRange)> {
    context.order.iter().rev().find_map(|index| {
        let file = context.files.get(*index)?;
        let statements: Vec<_> = file.up().map(|(_, statement)| statement).collect();
        let by = statements.into_iter().rev().find(|statement| {
            let text = file.text_of(statement);
            text.match_indices(name).any(|(at, _)| {
                let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
                let before = text.get(..at).is_some_and(|text| text.ends_with(part_of_word));
                let after = text.get(at + name.len()..).is_some_and(|text| text.starts_with(part_of_word));
                !before && !after
            })
        })?;
        Some((*index, by.range))
    })
}
