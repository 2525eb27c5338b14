//! Rule `missing-extension`: something of an extension is used that no migration creates.

use crate::extension::{needs, plain_keys};
use crate::finding::Severity;
use crate::review::context::{Context, Out};
use crate::sql::effect::{Name, TextRange, What};

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

/// Columns of ordinary types in GIN and GiST indexes and GiST exclusion constraints.
fn scalar_keys(context: &Context<'_>) -> Vec<(String, String, TextRange)> {
    let of = |table: &Name, column: &Name| context.model.column(table, column.last())?.type_name.clone();
    let effects = context.effects();
    let keys = effects.flat_map(|effect| plain_keys(&effect.what, &of));
    keys.map(|key| (key.extension.to_owned(), key.words(), key.range)).collect()
}
