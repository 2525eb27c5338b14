//! Rule `column-has-dependents`: a column is changed or dropped that other objects use.

use std::fmt::Write as _;

use super::dependents::{self, Dependents};
use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, TextRange, What};

rule! {
    id: "column-has-dependents",
    severity: Error,
    topic: Correctness,
    title: "A column is changed or dropped that other objects use",
    why: "PostgreSQL refuses: \"cannot alter type of a column used by a view or rule\" (0A000), or \"cannot drop column ... because other objects depend on it\" (2BP01). It names one at a time; here are all that the migrations made.",
    instead: "Drop the dependents, change the column, and make them again with their rights, comments and options, in one transaction.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let (table, column, drops, cascade) = match &effect.what {
        What::AlterColumnType { table, column, .. } => (table, column, false, false),
        What::DropColumn { table, column, cascade, .. } => (table, column, true, *cascade),
        _ => return,
    };
    if cascade {
        return;
    }
    let key = context.model.key(table);
    let Dependents { views, names } = dependents::of_column(context, &key, column.last(), drops);
    if names.is_empty() {
        return;
    }
    let verb = if drops { "dropped" } else { "altered" };
    let message = format!("{table}.{column} cannot be {verb}: {} depend{} on it", names.join(", "), if names.len() == 1 { "s" } else { "" });
    let hit = out.at(effect.range, message).on(format!("column {table}.{column}"));
    let only_views = names.len() == views.len() && views.iter().all(|view| !view.materialized);
    if only_views && !drops && !views.iter().any(|view| view.query.is_empty()) {
        let options = |options: &str| if options.is_empty() { String::new() } else { format!(" {options}") };
        let mut before = String::new();
        for view in views.iter().rev() {
            let _ = writeln!(before, "DROP VIEW {};", written(&view.name));
        }
        let mut after = String::new();
        for view in &views {
            let names = view.columns.iter().flatten().map(|name| crate::sql::ident::Ident(name).to_string());
            let names: Vec<String> = names.collect();
            let columns = if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) };
            let _ = write!(
                after,
                ";\nCREATE VIEW {}{columns}{} AS\n{}",
                written(&view.name),
                options(&view.options),
                view.query.trim_end().trim_end_matches(';')
            );
            for statement in &view.after {
                let _ = write!(after, ";\n{statement}");
            }
        }
        let end = context.text().len();
        hit.fix("drop the views, change the column, make the views again", vec![
            (TextRange::new(0, 0), before),
            (TextRange::new(end, end), after),
        ]);
    }
}

/// A key as SQL.
fn written(key: &str) -> String {
    let (namespace, name) = key.split_once('.').unwrap_or(("public", key));
    if namespace == "public" { crate::sql::ident::Ident(name).to_string() } else { crate::sql::ident::qualified(namespace, name) }
}
