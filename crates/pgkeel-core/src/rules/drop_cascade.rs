//! Rule `drop-cascade`: CASCADE drops whatever depends on it.

use super::dependents;
use crate::review::context::{Context, Out};
use crate::review::history_model::short;
use crate::sql::effect::{Effect, ObjectKind, What};

rule! {
    id: "drop-cascade",
    severity: Error,
    topic: DataLoss,
    title: "CASCADE drops whatever depends on it",
    why: "Views, foreign keys, policies, functions and columns that use the object go with it, and nobody named them.",
    instead: "Drop the dependents by name first, then the object without CASCADE.",
    aliases: ["squawk:ban-truncate-cascade", "pgfence:drop-cascade"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let (object, key) = match &effect.what {
        What::Drop { kind, names, cascade: true, .. } => {
            if *kind == ObjectKind::Extension || names.iter().all(|n| context.model.made_in(&context.model.key(n), context.index)) {
                return;
            }
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            (format!("{} {}", kind.word(), names.join(", ")), names.first().cloned().unwrap_or_default())
        }
        What::DropColumn { table, column, cascade: true, .. } if context.is_shared(table) => {
            (format!("column {table}.{column}"), table.to_string())
        }
        What::DropConstraint { table, constraint, cascade: true, .. } if context.is_shared(table) => {
            (format!("constraint {constraint}"), table.to_string())
        }
        _ => return,
    };
    let key = if key.contains('.') { key } else { format!("public.{key}") };
    let mut known: Vec<String> = match &effect.what {
        What::DropColumn { column, .. } => dependents::of_column(context, &key, column.last(), true).names,
        What::DropConstraint { .. } => Vec::new(),
        _ => context.model.views_on(&key).map(|view| short(&view.name).to_owned()).collect(),
    };
    if let What::Drop { kind: ObjectKind::Table, .. } = &effect.what {
        let others = context.model.tables.values().filter(|table| table.key() != key);
        known.extend(others.flat_map(|table| {
            let keys = table.constraints.iter().filter(|c| c.foreign_key().is_some_and(|f| context.model.key(&f.table) == key));
            keys.map(|constraint| format!("{} of {}", constraint.name, table.name))
        }));
    }
    let known = if known.is_empty() { String::new() } else { format!(", at least {}", known.join(", ")) };
    out.at(effect.range, format!("CASCADE also drops everything that depends on the {object}{known}")).on(object);
}
