//! One table: its neighbours drawn, its columns, keys, indexes, and what the checks say of it.

use maud::{Markup, html};
use pgkeel_core::finding::Finding;
use pgkeel_core::outline::{Index, Key, Outline, Table};
use pgkeel_core::sql::ident::qualified;

use super::findings::findings;
use super::frame::frame;
use super::{View, diagram, number, shown, table_link};

/// `/schema/table?namespace=...&name=...`; nothing when there is no such table.
pub fn table(view: &View<'_>, namespace: &str, name: &str) -> Option<Markup> {
    let table = view.snapshot.outline.table(namespace, name)?;
    Some(frame(view, &format!("{namespace}.{name}"), "/schema", &body(view, table)))
}

pub(super) fn body(view: &View<'_>, table: &Table) -> Markup {
    let outline = &view.snapshot.outline;
    let me = (table.namespace.clone(), table.name.clone());
    let out: Vec<&Key> = outline.keys.iter().filter(|key| key.from == me).collect();
    let into: Vec<&Key> = outline.keys.iter().filter(|key| key.to == me).collect();
    html! {
        h1 { span.namespace { (shown(&table.namespace)) "." } (shown(&table.name)) }
        p.help {
            (table.kind) ", about " (number(table.rows)) " rows"
            @if table.partitions > 0 { ", " (table.partitions) " partitions" }
        }
        @if let Some(comment) = &table.comment { p { (shown(comment)) } }
        (said(view, table))
        @if !(view.alone || out.is_empty() && into.is_empty()) {
            section aria-labelledby="around" {
                h2 id="around" { "Its neighbours" }
                (diagram::around(outline, table))
            }
        }
        (columns(table, &out))
        (keys("References", &out, outline, view.alone, |key| &key.to))
        (keys("Referenced by", &into, outline, view.alone, |key| &key.from))
        (indexes(table))
    }
}

/// Findings that name the table or one of its indexes.
fn said(view: &View<'_>, table: &Table) -> Markup {
    let name = qualified(&table.namespace, &table.name);
    let mut names =
        vec![format!("table {name}"), format!("materialized view {name}"), format!("view {name}")];
    names.extend(
        table.indexes.iter().map(|index| format!("index {}", qualified(&table.namespace, &index.name))),
    );
    let on = format!(" on {name}");
    let about = |finding: &&Finding| {
        finding.object.as_ref().is_some_and(|object| names.contains(object) || object.ends_with(&on))
    };
    let checks = view.snapshot.report.checks.iter().flat_map(|outcome| &outcome.findings);
    let list: Vec<Finding> = checks.filter(about).cloned().collect();
    html! { @if !list.is_empty() { section { h2 { "What the checks say" } (findings(&list)) } } }
}

fn columns(table: &Table, out: &[&Key]) -> Markup {
    html! {
        h2 { "Columns" }
        div.scroll tabindex="0" role="region" aria-label="Columns" {
            table {
                thead { tr { th scope="col" { "Column" } th scope="col" { "Type" } th scope="col" { "Null" } th scope="col" { "Key" } th scope="col" { "Comment" } } }
                tbody {
                    @for column in &table.columns {
                        tr {
                            th scope="row" { (shown(&column.name)) }
                            td { code { (shown(&column.kind)) } }
                            td { @if column.not_null { "no" } @else { "yes" } }
                            td {
                                @if column.primary { "primary " }
                                @if out.iter().any(|key| key.columns.contains(&column.name)) { "foreign" }
                            }
                            td { (shown(column.comment.as_deref().unwrap_or_default())) }
                        }
                    }
                }
            }
        }
    }
}

fn keys(
    title: &str,
    keys: &[&Key],
    outline: &Outline,
    alone: bool,
    end: fn(&Key) -> &(String, String),
) -> Markup {
    html! {
        @if !keys.is_empty() {
            h2 { (title) }
            ul.keys {
                @for key in keys {
                    @let (namespace, name) = end(key);
                    li {
                        a href=(table_link(alone, namespace, name)) {
                            @if namespace != "public" { (shown(namespace)) "." } (shown(name))
                        }
                        " by " code { (shown(&key.columns.join(", "))) " → " (shown(&key.parent_columns.join(", "))) }
                        " " span.help { (shown(&key.name)) @if !key.valid { ", not validated" } }
                        @if outline.table(namespace, name).is_none() { " (not shown)" }
                    }
                }
            }
        }
    }
}

fn indexes(table: &Table) -> Markup {
    let columns = |index: &Index| {
        let names = index
            .columns
            .iter()
            .map(|column| column.as_deref().map_or_else(|| "(expression)".to_owned(), shown));
        names.collect::<Vec<_>>().join(", ")
    };
    html! {
        @if !table.indexes.is_empty() {
            h2 { "Indexes" }
            ul.keys {
                @for index in &table.indexes {
                    li {
                        code { (shown(&index.name)) } " " (index.method) " (" (columns(index)) ")"
                        @if index.unique { ", unique" } @if index.partial { ", partial" }
                        @if !index.valid { ", " strong { "not valid" } }
                    }
                }
            }
        }
    }
}
