//! Rule `function-body-breaks`: a function still uses what is dropped or renamed.

use crate::review::context::{Context, Out};
use crate::review::history_model::short;
use crate::sql::effect::{Effect, Name, ObjectKind, What};
use super::facts::recreated_later;

rule! {
    id: "function-body-breaks",
    severity: Warning,
    topic: Clients,
    title: "A function still uses what is dropped or renamed",
    why: "The body of a function is a text: PostgreSQL does not know what it uses, lets the change through, and the function fails when it next runs.",
    instead: "Replace the function in the same migration.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let (key, column, verb, object) = match &effect.what {
        What::DropColumn { table, column, .. } => (context.model.key(table), Some(column.last()), "dropped", format!("column {table}.{column}")),
        What::Rename { kind: ObjectKind::Column, on: Some(table), name, .. } => {
            (context.model.key(table), Some(name.last()), "renamed", format!("column {table}.{name}"))
        }
        What::Rename { kind: ObjectKind::Table, name, .. } => (context.model.key(name), None, "renamed", format!("table {name}")),
        What::Drop { kind: ObjectKind::Table, names, .. } => match names.first() {
            // Made anew below: the function finds it again.
            Some(name) if recreated_later(context, ObjectKind::Table, name) => return,
            Some(name) => (context.model.key(name), None, "dropped", format!("table {name}")),
            None => return,
        },
        _ => return,
    };
    // A body that is no text is PostgreSQL's to keep: it follows a rename, and column-has-dependents tells the rest.
    for routine in context.model.functions.values().flatten().filter(|routine| !routine.parsed_body) {
        let reads = routine.uses.relations.iter().any(|name| context.model.key(name) == key);
        let uses = match column {
            Some(column) => context.model.body_uses_column(routine, &key, column),
            None => reads,
        };
        let name = Name::plain(short(&routine.name), effect.range);
        if uses && !recreated_later(context, ObjectKind::Function, &name) {
            let message = format!("{} (made at {}) still uses the {object}, which is {verb} here", short(&routine.name), context.place(routine.origin));
            out.at(effect.range, message).on(object.clone());
        }
    }
}
