//! Rule `set-not-null-scan`: SET NOT NULL reads the whole table.

use super::probe;
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
    let question = probe::nulls(table, &[column.to_string()]);
    out.at(effect.range, message).on(format!("column {table}.{column}")).ask_first(Some(question));
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
            let named = condition.columns.iter().any(|name| name.last() == column);
            named && conjuncts(&condition.text).iter().any(|part| says_not_null(part, column))
        }
        _ => false,
    })
}

/// The parts of a condition that all have to hold: between the `AND`s that are in no parentheses. Beside an `OR` none has to.
fn conjuncts(condition: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_usize;
    for word in bare(condition).replace('(', " ( ").replace(')', " ) ").split_whitespace() {
        match word {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && word.eq_ignore_ascii_case("or") {
            return Vec::new();
        }
        if depth == 0 && word.eq_ignore_ascii_case("and") {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push_str(word);
            part.push(' ');
        }
    }
    parts
}

/// `col IS NOT NULL`, and nothing else.
fn says_not_null(part: &str, column: &str) -> bool {
    let words: Vec<&str> = bare(part).split_whitespace().collect();
    let [name, is, not, null] = words.as_slice() else { return false };
    let name = name.trim_matches('"');
    let same = name == column || name.to_lowercase() == column;
    same && is.eq_ignore_ascii_case("is") && not.eq_ignore_ascii_case("not") && null.eq_ignore_ascii_case("null")
}

/// Without the parentheses around the whole.
fn bare(text: &str) -> &str {
    let text = text.trim();
    let Some(inner) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) else { return text };
    let mut depth = 0_i32;
    for letter in inner.chars() {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        if depth < 0 {
            return text;
        }
    }
    bare(inner)
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
