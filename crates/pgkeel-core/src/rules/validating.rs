//! The repair that two rules share: a constraint is added `NOT VALID`, and a later migration validates it.

use crate::review::context::{Context, Hit};
use crate::review::history_model::{Table, default_constraint_name};
use crate::sql::effect::{Constraint, ConstraintKind, Effect, Name, ObjectKind, Origin, TextRange, What};
use crate::sql::ident::Ident;

/// Adds the repair to a finding about `ADD CONSTRAINT`.
pub(super) fn separately(
    hit: Hit<'_>,
    context: &Context<'_>,
    effect: &Effect,
    table: &Name,
    constraint: &Constraint,
) {
    let asks = || context.text().to_lowercase().split_whitespace().any(|word| word == "if");
    if effect.origin == Origin::Do && asks() {
        return; // Nobody knows whether the constraint is there afterwards.
    }
    let end = TextRange::new(constraint.range.end, constraint.range.end);
    let mut edits = vec![(end, " NOT VALID".to_owned())];
    let name = match &constraint.name {
        Some(name) => name.last().to_owned(),
        None => {
            // The name that PostgreSQL would choose has to be written to be used.
            let Some(name) = chosen(context, table, constraint) else {
                return;
            };
            let text = constraint.range.of(context.text());
            let word = ["CHECK", "FOREIGN"].iter().find_map(|word| text.to_ascii_uppercase().find(word));
            let start = constraint.range.start + word.unwrap_or(0);
            edits.push((TextRange::new(start, start), format!("CONSTRAINT {} ", Ident(&name))));
            name
        }
    };
    let stands_in_the_way = |effect: &Effect| match &effect.what {
        What::Drop { kind: ObjectKind::Namespace | ObjectKind::Owned, .. } => true,
        What::Drop { names, .. } => names.iter().any(|dropped| dropped.last() == table.last()),
        What::DropConstraint { constraint, .. } => constraint.last() == name,
        What::DropColumn { table: of, .. } => of.last() == table.last(),
        What::Rename { name: renamed, .. } => renamed.last() == name || renamed.last() == table.last(),
        What::SetNamespace { name: moved, .. } => moved.last() == table.last(),
        // These read no row where a valid constraint says enough.
        What::SetNotNull { table: of, .. } | What::AttachPartition { partition: of, .. } => {
            of.last() == table.last()
        }
        _ => false,
    };
    // The next free number is behind all files: what one of them takes away can be validated no more.
    if context.later().any(stands_in_the_way) {
        return;
    }
    let table = context.reached(table);
    let validate = format!("ALTER TABLE {table} VALIDATE CONSTRAINT {};\n", Ident(&name));
    hit.fix("add the constraint NOT VALID, and validate it in a migration of its own", edits).then(
        &format!("validate_{name}"),
        validate,
        None,
    );
}

/// PostgreSQL's choice for a constraint without a name; of a table that no migration makes, as if it had no other of that name.
fn chosen(context: &Context<'_>, table: &Name, constraint: &Constraint) -> Option<String> {
    if !matches!(constraint.kind, ConstraintKind::Check(_) | ConstraintKind::ForeignKey(_)) {
        return None;
    }
    let key = context.model.key(table);
    Some(match context.model.table(table) {
        Some(known) => default_constraint_name(known, &constraint.kind),
        None => default_constraint_name(&Table::unknown(&key), &constraint.kind),
    })
}
