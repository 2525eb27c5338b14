//! The repair that two rules share: a constraint is added `NOT VALID`, and a later migration validates it.

use crate::review::context::{Context, Hit};
use crate::sql::effect::{Constraint, ConstraintKind, Name, TextRange};
use crate::sql::ident::Ident;

/// Adds the repair to a finding about `ADD CONSTRAINT`.
pub(super) fn separately(hit: Hit<'_>, context: &Context<'_>, table: &Name, constraint: &Constraint) {
    let end = TextRange::new(constraint.range.end, constraint.range.end);
    let mut edits = vec![(end, " NOT VALID".to_owned())];
    let name = match &constraint.name {
        Some(name) => name.last().to_owned(),
        None => {
            // The name that PostgreSQL would choose has to be written to be used.
            let Some(name) = chosen(table, constraint) else {
                hit.fix("add the constraint NOT VALID", edits);
                return;
            };
            let text = constraint.range.of(context.text());
            let word = ["CHECK", "FOREIGN"].iter().find_map(|word| text.to_ascii_uppercase().find(word));
            let start = constraint.range.start + word.unwrap_or(0);
            edits.push((TextRange::new(start, start), format!("CONSTRAINT {} ", Ident(&name))));
            name
        }
    };
    let validate = format!("ALTER TABLE {table} VALIDATE CONSTRAINT {};\n", Ident(&name));
    hit.fix("add the constraint NOT VALID, and validate it in a migration of its own", edits)
        .then(&format!("validate_{name}"), validate);
}

/// PostgreSQL's choice for a constraint without a name, when it is sure: one column, a short name, none like it.
fn chosen(table: &Name, constraint: &Constraint) -> Option<String> {
    let (columns, ending): (Vec<&Name>, &str) = match &constraint.kind {
        ConstraintKind::Check(condition) => (condition.columns.iter().collect(), "check"),
        ConstraintKind::ForeignKey(key) => (key.columns.iter().collect(), "fkey"),
        _ => return None,
    };
    let [column] = columns.as_slice() else { return None };
    let name = format!("{}_{}_{ending}", table.last(), column.last());
    (name.len() <= 63).then_some(name)
}
