//! Steps that write a table anew, said in a way that does not: what a plan cannot do, because it takes several releases or
//! fills rows meanwhile.

use pgkeel_core::plan::Step;
use pgkeel_core::sql::effect::{Expression, TextRange, What, read};

/// A step's statements without a rewrite where there is a way; otherwise the step with a word about it.
pub(super) fn statements(step: Step) -> Vec<String> {
    if step.rewrites.is_empty() {
        return vec![step.sql];
    }
    if let Some(statements) = filled_later(&step.sql) {
        return statements;
    }
    let tables = step.rewrites.join(", ");
    vec![format!(
        "-- still writes {tables} anew: a new column beside the old one, filled in batches, is the way around\n{}",
        step.sql
    )]
}

/// `ADD COLUMN` with a default that differs from row to row: the column first, its default for new rows, old rows in batches.
fn filled_later(sql: &str) -> Option<Vec<String>> {
    let reading = read(sql);
    let [effect] = reading.effects.as_slice() else { return None };
    let What::AddColumn { table, column, .. } = &effect.what else { return None };
    let default: &Expression = column.default.as_ref().filter(|default| !default.constant)?;
    if column.generated.is_some() || !column.constraints.is_empty() {
        return None;
    }
    let before = TextRange::new(0, default.range.start).of(sql);
    // In ASCII, every byte keeps its place.
    let before = before.get(..before.to_ascii_lowercase().rfind("default")?)?.trim_end();
    let (table, name) = (table.to_string(), column.name.to_string());
    let mut statements = vec![
        before.strip_suffix("NOT NULL").unwrap_or(before).trim_end().to_owned(),
        format!("ALTER TABLE {table} ALTER COLUMN {name} SET DEFAULT {}", default.text),
        format!(
            "-- in batches, each in a transaction of its own, until nothing is left to do\nUPDATE {table} SET {name} = DEFAULT WHERE {name} IS NULL"
        ),
    ];
    if column.not_null {
        let constraint = format!("{}_pgkeel_not_null", column.name.last());
        let constraint = pgkeel_core::sql::ident::Ident(&constraint);
        statements.extend([
            format!("ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK ({name} IS NOT NULL) NOT VALID"),
            format!("ALTER TABLE {table} VALIDATE CONSTRAINT {constraint}"),
            format!("ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL"),
            format!("ALTER TABLE {table} DROP CONSTRAINT {constraint}"),
        ]);
    }
    Some(statements)
}

#[cfg(test)]
mod tests {
    use super::filled_later;

    #[test]
    fn a_volatile_default_is_filled_in_batches() {
        let sql = "ALTER TABLE public.orders ADD COLUMN \"X\" uuid DEFAULT gen_random_uuid() NOT NULL";
        let statements = filled_later(sql).expect("a way");
        assert_eq!(
            statements.first().map(String::as_str),
            Some("ALTER TABLE public.orders ADD COLUMN \"X\" uuid")
        );
        assert_eq!(
            statements.get(1).map(String::as_str),
            Some("ALTER TABLE public.orders ALTER COLUMN \"X\" SET DEFAULT gen_random_uuid()")
        );
        assert_eq!(statements.len(), 7, "{statements:?}");
        let named = "ALTER TABLE \"İ\" ADD COLUMN \"a NOT NULL b\" uuid COLLATE \"C\" NOT NULL DEFAULT gen_random_uuid()";
        assert_eq!(
            filled_later(named).expect("a way").first().map(String::as_str),
            Some("ALTER TABLE \"İ\" ADD COLUMN \"a NOT NULL b\" uuid COLLATE \"C\"")
        );
        assert!(filled_later("ALTER TABLE t ADD COLUMN x int DEFAULT 1").is_none());
        assert!(filled_later("ALTER TABLE t ADD COLUMN x bigint GENERATED ALWAYS AS IDENTITY").is_none());
    }
}
