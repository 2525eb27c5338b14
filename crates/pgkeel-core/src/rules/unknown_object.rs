//! Rule `unknown-object`: a table is used that no migration makes.

use crate::finding::Severity;
use crate::nearest::nearest;
use crate::review::completeness::altered;
use crate::review::File;
use crate::review::context::{Context, Out};
use crate::sql::effect::{ConstraintKind, Effect, Name, ObjectKind, Origin, What};

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
    let commented = match &effect.what {
        What::Comment { kind: ObjectKind::Column, name: Some(name), .. } => name.outer(),
        What::Comment { kind: ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView, name, .. } => name.clone(),
        _ => None,
    };
    names.extend(&commented);
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
        What::CreateView(view) => names.extend(view.uses.relations.iter().filter(|name| is_readable(context, name))),
        // A query over data says once what it reads: with its last effect, the query itself.
        What::Select | What::Insert { .. } | What::Update { .. } | What::Delete { .. } | What::Merge { .. }
            if context.statement.reading.effects.last() == Some(effect) && effect.origin == Origin::Statement =>
        {
            let read = context.statement.reading.uses.relations.iter();
            names.extend(read.filter(|name| is_readable(context, name)));
        }
        _ => {}
    }
    names.sort_by_key(|name| name.range);
    names.dedup_by_key(|name| name.range);
    for name in names {
        report(context, name, out);
    }
    columns(context, effect, out);
    dropped(context, effect, out);
}

fn is_forward(file: &File) -> bool {
    !file.down && file.seed_rows.is_none()
}

/// Whether the migrations would have made it: not what an extension brings, nor the sequence of a serial column.
fn is_readable(context: &Context<'_>, name: &Name) -> bool {
    let own = name.namespace().is_none_or(|n| n == "public" || context.model.namespaces.contains(n));
    own && !name.last().ends_with("_seq")
}

/// An index or a constraint to be dropped that is not there.
fn dropped(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let model = context.model;
    // A DO block may ask first whether it is there; PostgreSQL shortens the names that it makes.
    if effect.origin == Origin::Do || !context.settings.complete || model.blind_spots > 0 {
        return;
    }
    let long = |name: &Name| name.last().len() >= LONGEST_NAME;
    match &effect.what {
        What::Drop { kind: ObjectKind::Index, names, if_exists: false, .. } => {
            for name in names.iter().filter(|name| !long(name)) {
                let like = |known: &str| known == name.last().trim_end_matches(|c: char| c.is_ascii_digit()) || known == name.last();
                let known = model.indexes.values().any(|index| like(&index.name));
                let of_constraint = model.tables.values().flat_map(|table| &table.constraints).any(|c| like(&c.name));
                // Indexes of partitions, and those that LIKE copies, have names after their tables.
                let unseen = model.tables.values().any(|table| !table.complete && name.last().starts_with(&table.name));
                if !known && !of_constraint && !unseen && !model.ever.contains_key(&model.key(name)) {
                    let message = format!("no migration makes the index {name}");
                    out.at(name.range, message).on(format!("index {name}")).severity(Severity::Warning);
                }
            }
        }
        What::DropConstraint { table, constraint, if_exists: false, .. } if !long(constraint) => {
            let Some(known) = model.table(table).filter(|table| table.complete) else { return };
            // PostgreSQL 18 names NOT NULL, too; the index of a constraint may have been renamed.
            let implied = constraint.last().ends_with("_not_null") || model.ever.contains_key(&model.key(constraint));
            let named = known.constraints.iter().any(|other| other.name == constraint.last());
            let numbered = constraint.last().ends_with(|c: char| c.is_ascii_digit());
            if !implied && !named && !numbered {
                let others = known.constraints.iter().map(|other| other.name.as_str());
                let meant = nearest(constraint.last(), others).map(|name| format!("did you mean `{name}`?"));
                let message = format!("{table} (made at {}) has no constraint {constraint}", context.made_at(known));
                let hit = out.at(constraint.range, message).on(format!("constraint {constraint} on {table}"));
                if let Some(meant) = meant {
                    hit.severity(Severity::Warning).help(meant);
                } else {
                    hit.severity(Severity::Warning);
                }
            }
        }
        _ => {}
    }
}

/// The length from which PostgreSQL may have shortened a name that it made: `NAMEDATALEN` less one.
const LONGEST_NAME: usize = 63;

/// Columns that a table does not have, when all of its columns are known.
fn columns(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let commented;
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
        What::Comment { kind: ObjectKind::Column, name: Some(name), .. } => {
            commented = name.outer();
            match &commented {
                Some(table) => (table, vec![name]),
                None => return,
            }
        }
        _ => return,
    };
    // A DO block may ask first whether the column is there.
    let asks = effect.origin == Origin::Do;
    if asks || !context.settings.complete || context.model.blind_spots > 0 {
        return;
    }
    let Some(known) = context.model.table(table).filter(|known| known.complete && !known.columns.is_empty()) else { return };
    for column in named.into_iter().filter(|column| known.column(column.last()).is_none()) {
        let others = known.columns.iter().map(|column| column.name.as_str());
        let meant = nearest(column.last(), others).map(|name| format!("did you mean `{name}`?"));
        let missing = column.last();
        let message = format!("{table} (made at {}) has no column {missing}", context.made_at(known));
        let hit = out.at(column.range, message).on(format!("column {table}.{missing}"));
        if let Some(meant) = meant {
            hit.help(meant);
        }
    }
}

fn report(context: &Context<'_>, name: &Name, out: &mut Out<'_>) {
    let key = context.model.key(name);
    let system = matches!(name.namespace(), Some("pg_catalog" | "information_schema" | "pg_temp" | "auth" | "storage"));
    let elsewhere = || context.model.views.keys().any(|view| view.rsplit('.').next() == Some(name.last()));
    let catalog = name.last().starts_with("pg_") || name.last().starts_with("__");
    if system || catalog || context.model.exists(&key) || context.model.tables.values().any(|table| table.name == name.last()) || elsewhere() {
        return;
    }
    if let Some(origin) = context.model.dropped.get(&key) {
        if context.model.ever.contains_key(&key) {
            out.at(name.range, format!("{name} was dropped at {}", context.place(*origin))).on(format!("table {name}"));
        }
        return;
    }
    let first = context.settings.excerpt && context.behind.len() + 1 == context.files.iter().filter(|file| is_forward(file)).count();
    if !(context.settings.complete || first) || context.model.blind_spots > 0 {
        return;
    }
    // Made by a file that comes later?
    let later = context.files.iter().enumerate().find_map(|(index, file)| {
        let mut made = file.statements.iter().flat_map(|s| &s.reading.effects);
        let here = made.any(|effect| crate::review::completeness::makes(&effect.what).is_some_and(|made| made.last() == name.last()));
        (here && index != context.index).then_some(&file.path)
    });
    let (message, severity) = match later {
        Some(path) => (format!("{name} is made by {path}, which comes later"), Severity::Error),
        // It may come from elsewhere: only a database can tell, and does when one is asked.
        None => (format!("no migration makes {name}"), Severity::Warning),
    };
    out.at(name.range, message).on(format!("table {name}")).severity(severity);
}
