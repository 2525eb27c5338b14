//! The map of the schema: parts first, then one part, with a search that leads to a table.

use maud::{Markup, html};
use pgkeel_core::outline::Table;

use super::cluster::{Cluster, clusters};
use super::frame::frame;
use super::schema::list;
use super::{View, diagram, shown};

/// Tables that are drawn at once; more are divided into parts.
const AT_ONCE: usize = 24;

const LEGEND: &str = "◆ primary key, ◇ foreign or referenced key; arrows lead to what is referenced";

/// `/schema/map?part=...`.
pub fn map(view: &View<'_>, part: Option<usize>) -> Markup {
    let outline = &view.snapshot.outline;
    let parts = clusters(outline);
    let chosen = match (part, parts.as_slice()) {
        (Some(nr), parts) => parts.get(nr),
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    let small = part.is_none() && outline.tables.len() <= AT_ONCE;
    let body = html! {
        h1 { "Map" }
        form.search role="search" method="get" action="/schema" {
            label for="q" { "Find a table" }
            input id="q" name="q" type="search" maxlength="200";
            button type="submit" { "Search" }
        }
        @if small && !outline.tables.is_empty() { (whole(view)) }
        @else if let Some(cluster) = chosen { (one(view, cluster, parts.len())) } @else { (all(view, &parts)) }
    };
    frame(view, "Map", "/schema/map", &body)
}

/// A schema that a screen has room for is drawn at once.
fn whole(view: &View<'_>) -> Markup {
    let tables: Vec<&Table> = view.snapshot.outline.tables.iter().collect();
    html! {
        p.help { (LEGEND) }
        (diagram::draw(&view.snapshot.outline, &tables, None, "The whole schema"))
        h2 { "The same as a list" }
        (list(view, tables.iter().copied()))
    }
}

fn one(view: &View<'_>, cluster: &Cluster<'_>, parts: usize) -> Markup {
    html! {
        @if parts > 1 { p { a href="/schema/map" { "All parts" } } }
        h2 { (shown(&cluster.title)) }
        p.help { (LEGEND) }
        (diagram::draw(&view.snapshot.outline, &cluster.tables, None, &cluster.title))
        h2 { "The same as a list" }
        (list(view, cluster.tables.iter().copied()))
    }
}

pub(super) fn all(view: &View<'_>, parts: &[Cluster<'_>]) -> Markup {
    html! {
        p { (view.snapshot.outline.tables.len()) " tables in " (parts.len()) " parts, joined by " (view.snapshot.outline.keys.len()) " foreign keys." }
        @for group in parts.iter().enumerate().collect::<Vec<_>>().chunk_by(|a, b| namespace(a.1) == namespace(b.1)) {
            @let name = group.first().map(|(_, part)| namespace(part)).unwrap_or_default();
            // A namespace of many parts is named once, above them.
            @let above = group.len() > 1;
            @if above { h2 { (shown(name)) } }
            ul.parts {
                @for (nr, part) in group {
                    @let title = part.title.strip_prefix(name).and_then(|rest| rest.strip_prefix(": ")).filter(|_| above);
                    li {
                        a href={ "/schema/map?part=" (nr) } {
                            strong { (shown(title.unwrap_or(&part.title))) } " "
                            span.help { (part.tables.len()) @if part.tables.len() == 1 { " table" } @else { " tables" } }
                        }
                    }
                }
            }
        }
    }
}

fn namespace<'a>(part: &Cluster<'a>) -> &'a str {
    part.tables.first().map(|table| table.namespace.as_str()).unwrap_or_default()
}
