//! Rule `set-not-null-scan`: SET NOT NULL reads the whole table.

use crate::review::context::{Context, Out};
use crate::sql::effect::{ConstraintKind, Effect, Name, What};

rule! {
    id: "set-not-null-scan",
    severity: Error,
    topic: Locking,
    title: "SET NOT NULL reads the whole table",
    why: "SET NOT NULL checks every row under ACCESS EXCLUSIVE: no reads, no writes meanwhile. A valid CHECK (col IS NOT NULL) constraint spares the scan (PostgreSQL 12 and later).",
    instead: "ADD CONSTRAINT ... CHECK (col IS NOT NULL) NOT VALID; VALIDATE CONSTRAINT in another migration; then SET NOT NULL, and drop the constraint. On PostgreSQL 18: ADD CONSTRAINT ... NOT NULL col NOT VALID.",
    aliases: ["squawk:adding-not-nullable-field", "eugene:E2", "strong_migrations:change_column_null", "atlas:PG303", "pgsafe:set-not-null", "pgls:addingNotNullField", "pgfence:alter-column-set-not-null", "strong_migrations:change_column_null_postgresql", "strong_migrations:change_column_with_not_null", "atlas:MF104"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::SetNotNull { table, column } = &effect.what else { return };
    if context.text().trim_start().get(..13).is_some_and(|words| words.eq_ignore_ascii_case("alter foreign")) {
        return; // Nothing is read: the other server is trusted.
    }
    if !context.is_shared(table) || proven(context, table, column.last()) {
        return;
    }
    let message = format!("every row of {table} is checked for NULL in {column} while nobody can read the table");
    out.at(effect.range, message).on(format!("column {table}.{column}"));
}

/// Whether a valid CHECK already says that the column is never NULL.
fn proven(context: &Context<'_>, table: &Name, column: &str) -> bool {
    if context.before_major(12) {
        return false;
    }
    if validated_by_name(context, table, column) {
        return true;
    }
    let Some(known) = context.model.table(table) else { return false };
    if known.column(column).is_some_and(|column| column.not_null) {
        return true;
    }
    known.constraints.iter().filter(|constraint| constraint.valid).any(|constraint| match &constraint.kind {
        ConstraintKind::Check(condition) => {
            let text = condition.text.to_lowercase();
            text.contains("is not null") && condition.columns.iter().any(|name| name.last() == column)
        }
        _ => false,
    })
}

/// Whether this file has just validated a constraint that no file here makes, and whose name says what it checks.
fn validated_by_name(context: &Context<'_>, table: &Name, column: &str) -> bool {
    let known = context.model.table(table).is_some_and(|known| known.complete);
    let before = context.file.up().filter(|(at, _)| *at < context.at).flat_map(|(_, statement)| &statement.reading.effects);
    !known
        && before.into_iter().any(|effect| match &effect.what {
            What::ValidateConstraint { table: on, constraint } => {
                let name = constraint.last().to_lowercase();
                on.parts == table.parts && name.contains(&column.to_lowercase()) && name.contains("null")
            }
            _ => false,
        })
}
