//! Rule `missing-extension`: something of an extension is used that no migration creates.

use crate::extension::needs;
use crate::finding::Severity;
use crate::review::context::{Context, Out};
use crate::sql::effect::{Constraint, ConstraintKind, IndexElement, Name, TextRange, What};

rule! {
    id: "missing-extension",
    severity: Error,
    topic: Correctness,
    title: "Something of an extension is used that no migration creates",
    why: "On a fresh database the statement fails: the operator class, type, function, operator or access method does not exist (42704, 42883). It may work where someone created the extension by hand.",
    instead: "CREATE EXTENSION IF NOT EXISTS in an earlier migration, or before the statement; `-- pgkeel: requires-extension NAME` when someone else installs it.",
    aliases: [],
    check: Statement(check),
}

fn check(context: &Context<'_>, out: &mut Out<'_>) {
    let creates = |extension: &str| {
        let required = context.file.directives.extensions.iter().any(|required| required.name == extension);
        required || context.model.extensions.contains_key(extension)
    };
    let reading = &context.statement.reading;
    let mut wanted: Vec<(String, String, TextRange)> = needs(reading)
        .into_iter()
        .filter(|need| !defined_here(context, &need.symbol))
        .map(|need| (need.extension.to_owned(), format!("{} {}", need.kind.word(), need.symbol), need.range))
        .collect();
    wanted.extend(scalar_keys(context));
    let created_now = |name: &str| {
        let mut effects = reading.effects.iter();
        effects.any(|effect| matches!(&effect.what, What::CreateExtension { name: made, .. } if made.last() == name))
    };
    let mut seen: Vec<String> = Vec::new();
    for (extension, symbol, range) in wanted {
        if creates(&extension) || created_now(&extension) || seen.contains(&extension) {
            continue;
        }
        let sql = format!("CREATE EXTENSION IF NOT EXISTS {};", crate::sql::ident::Ident(&extension));
        let severity = if context.settings.complete { Severity::Error } else { Severity::Warning };
        out.at(range, format!("the {symbol} comes from the extension {extension}, which no migration creates"))
            .on(format!("extension {extension}"))
            .severity(severity)
            .fix("create the extension first", vec![(TextRange::new(0, 0), format!("{sql}\n"))]);
        seen.push(extension);
    }
}

/// Whether the project makes a function or type of this name itself.
fn defined_here(context: &Context<'_>, symbol: &str) -> bool {
    let suffix = format!(".{symbol}");
    context.model.ever.keys().any(|key| key.ends_with(&suffix))
}

/// Types for which GIN and GiST have no operator class of their own.
const PLAIN: &[&str] =
    &["integer", "bigint", "smallint", "uuid", "text", "varchar", "boolean", "date", "timestamptz", "timestamp", "numeric"];

/// The parts of the exclusion constraints that an effect makes, with their table and access method.
fn excluded(what: &What) -> Vec<(&Name, &str, &IndexElement)> {
    let (table, constraints): (&Name, Vec<&Constraint>) = match what {
        What::CreateTable(made) => (&made.name, made.constraints.iter().collect()),
        What::AddConstraint { table, constraint } => (table, vec![constraint]),
        _ => return Vec::new(),
    };
    let mut parts = Vec::new();
    for constraint in constraints {
        if let ConstraintKind::Exclude { method, elements } = &constraint.kind {
            parts.extend(elements.iter().map(|element| (table, method.as_str(), element)));
        }
    }
    parts
}

/// Columns of ordinary types in GIN indexes and GiST exclusion constraints: those classes come from `btree_gin`, `btree_gist`.
fn scalar_keys(context: &Context<'_>) -> Vec<(String, String, TextRange)> {
    let scalar = |table: &Name, column: &Name| {
        let known = context.model.column(table, column.last())?.type_name.as_ref()?;
        (!known.array && PLAIN.contains(&known.stored())).then(|| known.to_string())
    };
    let mut found = Vec::new();
    for effect in context.effects() {
        for (table, method, element) in excluded(&effect.what) {
            let (Some(column), None) = (&element.column, &element.operator_class) else { continue };
            let inline = match &effect.what {
                What::CreateTable(made) => made.columns.iter().find(|known| known.name.last() == column.last()),
                _ => None,
            };
            let type_name = match inline.and_then(|column| column.type_name.as_ref()) {
                Some(written) => (!written.array && PLAIN.contains(&written.stored())).then(|| written.to_string()),
                None => scalar(table, column),
            };
            if let Some(type_name) = type_name.filter(|_| method == "gist") {
                found.push(("btree_gist".to_owned(), format!("operator class of gist for {type_name}"), column.range));
            }
        }
        if let What::CreateIndex(index) = &effect.what
            && (index.method == "gin" || index.method == "gist")
        {
            for element in index.elements.iter().filter(|element| element.operator_class.is_none()) {
                let Some(column) = &element.column else { continue };
                if let Some(type_name) = scalar(&index.table, column) {
                    let extension = format!("btree_{}", index.method);
                    found.push((extension, format!("operator class of {} for {type_name}", index.method), column.range));
                }
            }
        }
    }
    found
}
