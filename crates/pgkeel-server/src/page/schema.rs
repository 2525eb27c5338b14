//! The list of tables, with search; fifty to a page.

use maud::{Markup, html};
use pgkeel_core::count::{counted, plural};
use pgkeel_core::outline::Table;

use super::frame::frame;
use super::{View, escaped, number, shown, table_link};

const PAGE: usize = 50;

/// `/schema?q=...&page=...`.
pub fn schema(view: &View<'_>, search: &str, page: usize) -> Markup {
    let wanted = search.trim().to_lowercase();
    let fits = |table: &&Table| {
        wanted.is_empty()
            || format!("{}.{}", table.namespace, table.name).to_lowercase().contains(&wanted)
            || table.columns.iter().any(|column| column.name.to_lowercase().contains(&wanted))
    };
    let found: Vec<&Table> = view.snapshot.outline.tables.iter().filter(fits).collect();
    let pages = found.len().div_ceil(PAGE).max(1);
    let page = page.clamp(1, pages);
    let part = found.iter().skip((page - 1) * PAGE).take(PAGE).copied();
    let body = html! {
        h1 { "Tables" }
        form.search role="search" method="get" action="/schema" {
            label for="q" { "Table or column" }
            input id="q" name="q" type="search" value=(search) maxlength="200";
            button type="submit" { "Search" }
        }
        p role="status" { (found.len()) " of " (view.snapshot.outline.tables.len()) " " (plural(view.snapshot.outline.tables.len(), "table")) }
        (list(view, part))
        @if pages > 1 {
            nav.pages aria-label="More tables" {
                @if page > 1 { a rel="prev" href=(link(search, page - 1)) { "Previous" } }
                span { "Page " (page) " of " (pages) }
                @if page < pages { a rel="next" href=(link(search, page + 1)) { "Next" } }
            }
        }
    };
    frame(view, "Tables", "/schema", &body)
}

fn link(search: &str, page: usize) -> String {
    format!("/schema?q={}&page={page}", escaped(search))
}

pub(super) fn list<'a>(view: &View<'_>, tables: impl Iterator<Item = &'a Table>) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Tables" {
            table {
                thead { tr {
                    th scope="col" { "Table" } th scope="col" { "Kind" } th.number scope="col" { "Columns" }
                    th.number scope="col" { "Rows (estimate)" } th scope="col" { "Comment" }
                } }
                tbody {
                    @for table in tables {
                        tr {
                            th scope="row" {
                                a href=(table_link(view.alone, &table.namespace, &table.name)) {
                                    @if table.namespace != "public" { span.namespace { (shown(&table.namespace)) "." } }
                                    (shown(&table.name))
                                }
                            }
                            td { (table.kind) @if table.partitions > 0 { " (" (counted(usize::try_from(table.partitions).unwrap_or(usize::MAX), "partition")) ")" } }
                            td.number { (table.columns.len()) }
                            td.number { @if table.kind != "view" { (number(table.rows)) } }
                            td { (super::short(table.comment.as_deref().unwrap_or_default(), 80)) }
                        }
                    }
                }
            }
        }
    }
}
