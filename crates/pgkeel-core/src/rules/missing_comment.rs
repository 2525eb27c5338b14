//! Rule `missing-comment`: a new table or column without a comment.

use crate::review::context::{FileContext, Hit, Out};
use crate::review::history_model::{Origin, Table};
use crate::review::source::File;
use crate::sql::ident::{Ident, Literal, qualified};
use crate::sql::effect::{TextRange, What};

rule! {
    id: "missing-comment",
    severity: Info,
    topic: Design,
    title: "A new table or column without a comment",
    why: "The project explains its tables and columns with COMMENT ON; this one is left unexplained.",
    instead: "COMMENT ON TABLE ... IS '...'; COMMENT ON COLUMN ... IS '...';",
    aliases: ["pgsafe:require-comment", "bytebase:comment", "pgls:missingComment"],
    check: File(check),
}

fn check(context: &FileContext<'_>, out: &mut Out<'_>) {
    let adds = |what: &What| matches!(what, What::CreateTable(_) | What::AddColumn { .. });
    if !context.file.up().any(|(_, statement)| statement.reading.effects.iter().any(|effect| adds(&effect.what))) {
        return;
    }
    let mut others = context.model.tables.values().filter(|table| table.origin.file != context.index);
    let precedent = context.settings.rules.contains_key("missing-comment")
        || others.any(|table| table.comment || table.columns.iter().any(|column| column.comment));
    let here_too = context.file.up().any(|(_, s)| s.reading.effects.iter().any(|e| matches!(e.what, What::Comment { .. })));
    for table in context.model.tables.values() {
        let new = table.origin.file == context.index;
        if new && !table.comment && (precedent || here_too) && !table.temporary {
            let hit = out
                .in_file(context.index, table.origin.range, format!("{} has no comment, as other tables have", table.name))
                .on(format!("table {}", table.name));
            scaffold(hit, context.file, table.origin, &format!("TABLE {}", named(table)));
        }
        for column in table.columns.iter().filter(|column| !new && column.origin.file == context.index && !column.comment) {
            if precedent || here_too {
                let message = format!("{}.{} has no comment, as other columns have", table.name, column.name);
                let hit = out.in_file(context.index, column.origin.range, message).on(format!("column {}.{}", table.name, column.name));
                scaffold(hit, context.file, column.origin, &format!("COLUMN {}.{}", named(table), Ident(&column.name)));
            }
        }
    }
}

fn named(table: &Table) -> String {
    if table.namespace == "public" { Ident(&table.name).to_string() } else { qualified(&table.namespace, &table.name) }
}

/// Turns the SQL comment that explains it into one that the database keeps; without one, writes what is to be completed.
fn scaffold(hit: Hit<'_>, file: &File, origin: Origin, what: &str) {
    let start = format!("COMMENT ON {what} IS ");
    let Some(words) = explained(file, origin) else {
        hit.sql("say what it is for", format!("{start}'...';"));
        return;
    };
    let end = file.statements.get(origin.statement).map_or(origin.range.end, |statement| statement.range.end);
    let rest = file.text.get(end..).unwrap_or_default();
    let semicolon = rest.trim_start().starts_with(';');
    let place = if semicolon { end + rest.find(';').unwrap_or(0) + 1 } else { end };
    let before = if semicolon { "" } else { ";" };
    let text = format!("{before}\n{start}{};", Literal(&words));
    hit.fix("keep the explanation in the database", vec![(TextRange::new(place, place), text)]);
}

/// The SQL comment behind it on its line, or right above its statement.
fn explained(file: &File, origin: Origin) -> Option<String> {
    let line = file.line(origin.range.start);
    let behind = TextRange::new(origin.range.start, file.line_range(line).end).of(&file.text);
    let behind = behind.split_once("--").map(|(_, words)| words.trim().to_owned());
    let first = file.statements.get(origin.statement).map(|statement| file.line(statement.range.start));
    let above = file.comments.iter().find(|comment| Some(file.line(comment.range.start) + 1) == first && first == Some(line));
    let words = behind.or_else(|| above.map(|comment| comment.text.clone()))?;
    // Other tools' directives explain nothing.
    let says = words.chars().any(char::is_alphabetic) && !words.contains(':') && words.chars().count() > 3;
    says.then_some(words)
}
