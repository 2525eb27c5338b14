//! Rule `table-has-dependents`: a table or view is dropped that others use.

use crate::review::context::{Context, Out};
use crate::review::history_model::short;
use crate::sql::effect::{Effect, ObjectKind, What};

rule! {
    id: "table-has-dependents",
    severity: Error,
    topic: Correctness,
    title: "A table or view is dropped that others use",
    why: "PostgreSQL refuses (2BP01) unless CASCADE takes the views and foreign keys along.",
    instead: "Drop the dependents first, by name.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Drop { kind, names, cascade: false, .. } = &effect.what else { return };
    if !matches!(kind, ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView) {
        return;
    }
    let dropped: Vec<String> = names.iter().map(|name| context.model.key(name)).collect();
    for (name, key) in names.iter().zip(&dropped) {
        let views = context.model.views_on(key).filter(|view| !dropped.contains(&view.name));
        let mut others: Vec<String> = views.map(|view| format!("view {} ({})", short(&view.name), context.place(view.origin))).collect();
        for routine in context.model.functions.values().flatten().filter(|routine| routine.parsed_body) {
            if routine.uses.relations.iter().any(|name| context.model.key(name) == *key) {
                others.push(format!("function {} ({})", short(&routine.name), context.place(routine.origin)));
            }
        }
        for table in context.model.tables.values().filter(|table| !dropped.contains(&table.key()) && *kind == ObjectKind::Table) {
            for constraint in &table.constraints {
                if constraint.foreign_key().is_some_and(|foreign| context.model.key(&foreign.table) == *key) {
                    others.push(format!("foreign key {} of {} ({})", constraint.name, table.name, context.place(constraint.origin)));
                }
            }
        }
        if !others.is_empty() {
            let message = format!("{name} cannot be dropped: {} depend{} on it", others.join(", "), if others.len() == 1 { "s" } else { "" });
            out.at(effect.range, message).on(format!("{} {name}", kind.word()));
        }
    }
}
