//! Rule `fk-missing`: a column that looks like a reference has no foreign key.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Constraint, ConstraintKind, Effect, What};
use super::naming::referenced_by_name;

rule! {
    id: "fk-missing",
    severity: Info,
    topic: Design,
    title: "A column that looks like a reference has no foreign key",
    why: "Its name and type say that it refers to a table, but nothing keeps it true: rows can point to what is gone or never was.",
    instead: "Add REFERENCES with the action that fits, or suppress this with the reason.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let (table, columns, constraints) = match &effect.what {
        What::CreateTable(table) => (&table.name, table.columns.iter().collect::<Vec<_>>(), table.constraints.as_slice()),
        What::AddColumn { table, column, .. } => (table, vec![&**column], &[] as &[Constraint]),
        _ => return,
    };
    let own = context.model.key(table);
    for column in columns {
        let covers = |constraint: &Constraint| match &constraint.kind {
            ConstraintKind::ForeignKey(key) => key.columns.iter().any(|name| name.last() == column.name.last()),
            _ => false,
        };
        if column.constraints.iter().chain(constraints).any(covers) {
            continue;
        }
        let Some((target, key)) = referenced_by_name(context.model, column.name.last(), &own) else { continue };
        let same = key.type_name.as_ref().zip(column.type_name.as_ref()).is_some_and(|(a, b)| a.stored() == b.stored());
        if !same {
            continue;
        }
        let later = context.file.statements.iter().skip(context.at).flat_map(|statement| &statement.reading.effects);
        let added_later = later.into_iter().any(|effect| match &effect.what {
            What::AddConstraint { constraint, .. } => covers(constraint),
            _ => false,
        });
        let is_added = |effect: &Effect| match &effect.what {
            What::AddConstraint { table: of, constraint } => of.last() == table.last() && covers(constraint),
            _ => false,
        };
        if !added_later && !context.later().any(is_added) {
            let message = format!("{table}.{} looks like a reference to {}.{}, and is none", column.name, target.name, key.name);
            out.at(column.range, message).on(format!("column {table}.{}", column.name));
        }
    }
}
