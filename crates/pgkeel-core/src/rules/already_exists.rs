//! Rule `already-exists`: something is created that an earlier migration made.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "already-exists",
    severity: Error,
    topic: Correctness,
    title: "Something is created that an earlier migration made",
    why: "On a database that went through all migrations the statement fails (42P07, 42710).",
    instead: "Leave it out, alter what is there, or drop it first.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let (kind, name, origin) = match &effect.what {
        What::CreateTable(table) if !table.if_not_exists => ("table", &table.name, context.model.table(&table.name).map(|t| t.origin)),
        What::CreateIndex(index) if !index.if_not_exists => {
            let Some(name) = &index.name else { return };
            let namespace = context.model.key(&index.table);
            let key = format!("{}.{}", namespace.split_once('.').map_or("public", |(namespace, _)| namespace), name.last());
            ("index", name, context.model.indexes.get(&key).map(|index| index.origin))
        }
        What::CreateView(view) if !view.or_replace && !view.if_not_exists => {
            ("view", &view.name, context.model.views.get(&context.model.key(&view.name)).map(|view| view.origin))
        }
        What::CreateEnum { name, .. } => ("type", name, context.model.enums.get(&context.model.key(name)).map(|known| known.origin)),
        What::AddColumn { table, column, if_not_exists: false } => {
            ("column", &column.name, context.model.column(table, column.name.last()).map(|known| known.origin))
        }
        What::CreateTrigger(trigger) if !trigger.or_replace => {
            let key = (context.model.key(&trigger.table), trigger.name.last().to_owned());
            ("trigger", &trigger.name, context.model.triggers.get(&key).map(|known| known.origin))
        }
        What::AddEnumValue { name, value, if_not_exists: false, .. } => {
            let known = context.model.enums.get(&context.model.key(name));
            ("value of", name, known.and_then(|known| known.values.iter().find(|(other, _)| other == value)).map(|(_, origin)| *origin))
        }
        _ => return,
    };
    // Dropped and added again in one statement.
    let replaced = context.effects().any(|other| match (&other.what, &effect.what) {
        (What::DropColumn { column: gone, .. }, What::AddColumn { column, .. }) => gone.last() == column.name.last(),
        _ => false,
    });
    // What stands in a DO block mostly stands under a condition.
    let guarded = effect.origin == crate::sql::effect::Origin::Do;
    if let Some(origin) = origin.filter(|_| !guarded && !replaced) {
        out.at(name.range, format!("the {kind} {name} is already made at {}", context.place(origin))).on(format!("{kind} {name}"));
    }
}
