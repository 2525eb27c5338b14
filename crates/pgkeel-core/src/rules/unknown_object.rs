//! Rule `unknown-object`: a table is used that no migration makes.

use crate::finding::Severity;
use crate::nearest::nearest;
use crate::review::completeness::altered;
use crate::review::context::{Context, Out};
use crate::sql::effect::{ConstraintKind, Effect, Name, Origin, What};

rule! {
    id: "unknown-object",
    severity: Error,
    topic: Correctness,
    title: "A table or column is used that no migration makes",
    why: "On a fresh database the statement fails (42P01, 42703): it is made by a later migration, was dropped by an earlier one, or was made by hand.",
    instead: "Make it in an earlier migration; when it comes from elsewhere, suppress this with the reason.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let mut names: Vec<&Name> = altered(&effect.what).into_iter().collect();
    match &effect.what {
        What::CreateTable(table) => {
            let inline = table.columns.iter().flat_map(|column| &column.constraints);
            for constraint in inline.chain(&table.constraints) {
                if let ConstraintKind::ForeignKey(key) = &constraint.kind
                    && key.table.parts != table.name.parts
                {
                    names.push(&key.table);
                }
            }
        }
        What::AddConstraint { constraint, .. } => {
            if let ConstraintKind::ForeignKey(key) = &constraint.kind {
                names.push(&key.table);
            }
        }
        _ => {}
    }
    for name in names {
        report(context, name, out);
    }
    columns(context, effect, out);
}

/// Columns that a table does not have, when all of its columns are known.
fn columns(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let (table, named): (&Name, Vec<&Name>) = match &effect.what {
        What::DropColumn { table, column, if_exists: false, .. }
        | What::AlterColumnType { table, column, .. }
        | What::SetDefault { table, column, .. }
        | What::DropDefault { table, column }
        | What::SetNotNull { table, column }
        | What::DropNotNull { table, column } => (table, vec![column]),
        What::CreateIndex(index) => {
            (&index.table, index.elements.iter().filter_map(|element| element.column.as_ref()).collect())
        }
        What::AddConstraint { table, constraint } => match &constraint.kind {
            ConstraintKind::ForeignKey(key) => (table, key.columns.iter().collect()),
            ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. } => {
                (table, columns.iter().collect())
            }
            _ => return,
        },
        _ => return,
    };
    // A DO block may ask first whether the column is there.
    let asks = effect.origin == Origin::Do;
    if asks || !context.settings.complete || context.model.blind_spots > 0 {
        return;
    }
    let Some(known) = context.model.table(table).filter(|known| known.complete && !known.columns.is_empty()) else { return };
    for column in named.into_iter().filter(|column| column.parts.len() == 1 && known.column(column.last()).is_none()) {
        let others = known.columns.iter().map(|column| column.name.as_str());
        let meant = nearest(column.last(), others).map(|name| format!("did you mean `{name}`?"));
        let message = format!("{table} (made at {}) has no column {column}", context.made_at(known));
        let hit = out.at(column.range, message).on(format!("column {table}.{column}"));
        if let Some(meant) = meant {
            hit.help(meant);
        }
    }
}

fn report(context: &Context<'_>, name: &Name, out: &mut Out<'_>) {
    let key = context.model.key(name);
    let system = matches!(name.namespace(), Some("pg_catalog" | "information_schema" | "pg_temp" | "auth" | "storage"));
    let catalog = name.last().starts_with("pg_") || name.last().starts_with("__");
    if system || catalog || context.model.exists(&key) || context.model.tables.values().any(|table| table.name == name.last()) {
        return;
    }
    if let Some(origin) = context.model.dropped.get(&key) {
        if context.model.ever.contains_key(&key) {
            out.at(name.range, format!("{name} was dropped at {}", context.place(*origin))).on(format!("table {name}"));
        }
        return;
    }
    if !context.settings.complete || context.model.blind_spots > 0 {
        return;
    }
    // Made by a file that comes later?
    let later = context.files.iter().enumerate().find_map(|(index, file)| {
        let mut made = file.statements.iter().flat_map(|s| &s.reading.effects);
        let here = made.any(|effect| matches!(&effect.what, What::CreateTable(table) if table.name.last() == name.last()));
        (here && index != context.index).then_some(&file.path)
    });
    let (message, severity) = match later {
        Some(path) => (format!("{name} is made by {path}, which comes later"), Severity::Error),
        // It may come from elsewhere: only a database can tell, and does when one is asked.
        None => (format!("no migration makes {name}"), Severity::Warning),
    };
    out.at(name.range, message).on(format!("table {name}")).severity(severity);
}
