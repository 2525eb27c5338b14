//! Rule `rename-column`: a column is renamed.

use crate::finding::Severity;
use crate::review::context::{Context, Out};
use crate::sql::effect::{Column, Effect, Name, ObjectKind, What};

rule! {
    id: "rename-column",
    severity: Error,
    topic: Clients,
    title: "A column is renamed",
    why: "Every running client that knows the old name fails at once; string bodies of functions keep the old name and break when they next run.",
    instead: "Add the new column, write both, move readers, drop the old one.",
    aliases: ["squawk:renaming-column", "strong_migrations:rename_column", "atlas:BC102", "pgsafe:rename", "pgls:renamingColumn", "pgfence:rename-column"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Rename { kind: ObjectKind::Column, on: Some(table), name, to } = &effect.what else { return };
    if !context.is_shared(table) {
        return;
    }
    let object = format!("column {table}.{name}");
    match added_later(context, table, name) {
        None => {
            out.at(effect.range, format!("clients that use {table}.{name} fail as soon as it is called {to}")).on(object);
        }
        // It is computed from the one that was renamed.
        Some(Column { generated: Some(_), .. }) => {}
        Some(_) => {
            let message = format!("clients that use {table}.{name} find another column there, without the values that are now in {to}");
            out.at(effect.range, message).on(object).severity(Severity::Warning).help(format!(
                "Keep both columns level until no client uses {name}: by a trigger, or by GENERATED ALWAYS AS ({to})."
            ));
        }
    }
}

/// The column of the old name that a later statement of the file adds.
fn added_later<'a>(context: &Context<'a>, table: &Name, name: &Name) -> Option<&'a Column> {
    let later = context.file.up().filter(|(at, _)| *at >= context.at).flat_map(|(_, statement)| &statement.reading.effects);
    later.into_iter().find_map(|effect| match &effect.what {
        What::AddColumn { table: of, column, .. } if context.model.key(of) == context.model.key(table) && column.name.last() == name.last() => {
            Some(&**column)
        }
        _ => None,
    })
}
