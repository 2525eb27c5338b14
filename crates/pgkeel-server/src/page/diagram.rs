//! Tables and foreign keys as SVG. Layout by the crate `dagre`; texts are measured by counting characters.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use dagre::graph::{Graph, GraphOptions};
use dagre::{EdgeLabel, LayoutOptions, NodeLabel, RankDir, layout};
use maud::{Markup, html};
use pgkeel_core::outline::{Key, Outline, Table};

use super::cluster::{HUB, ROOM, references};
use super::{short, shown, table_link};

const ROW: f64 = 18.0;
const CHAR: f64 = 7.4;

/// How much of each table is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    Columns,
    Keys,
    Name,
}

/// A table with its neighbours.
pub(super) fn around(outline: &Outline, table: &Table) -> Markup {
    let me = (table.namespace.as_str(), table.name.as_str());
    let mut names = BTreeSet::from([me]);
    let mut left_out = 0;
    for key in &outline.keys {
        let ends = [(key.from.0.as_str(), key.from.1.as_str()), (key.to.0.as_str(), key.to.1.as_str())];
        for (this, other) in [(ends[0], ends[1]), (ends[1], ends[0])] {
            if this == me && !names.contains(&other) {
                if names.len() < ROOM {
                    names.insert(other);
                } else {
                    left_out += 1;
                }
            }
        }
    }
    let tables: Vec<&Table> = names.iter().filter_map(|(space, name)| outline.table(space, name)).collect();
    html! {
        (draw(outline, &tables, Some(me), &format!("{} and the tables around it", shown(&table.name))))
        @if left_out > 0 { p.help { "… and " (left_out) " more neighbours, listed below" } }
    }
}

/// These tables and the foreign keys between them.
pub(super) fn draw(outline: &Outline, tables: &[&Table], focus: Option<(&str, &str)>, title: &str) -> Markup {
    let detail = match tables.len() {
        0..=8 => Detail::Columns,
        9..=24 => Detail::Keys,
        _ => Detail::Name,
    };
    let place: BTreeMap<(&str, &str), usize> = tables
        .iter()
        .enumerate()
        .map(|(nr, table)| ((table.namespace.as_str(), table.name.as_str()), nr))
        .collect();
    let end = |end: &(String, String)| place.get(&(end.0.as_str(), end.1.as_str())).copied();
    // An edge to a table that everybody references says little and hides the rest: a note on the child instead.
    let counts = references(outline);
    let hub = |end: &(String, String)| {
        focus.is_none()
            && tables.len() > 12
            && counts.get(&(end.0.as_str(), end.1.as_str())).copied().unwrap_or_default() > HUB
    };
    let mut edges: Vec<(usize, usize, &Key)> = Vec::new();
    let mut notes: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for key in &outline.keys {
        match (end(&key.from), end(&key.to)) {
            (Some(from), Some(to)) if from != to && !hub(&key.to) => edges.push((from, to, key)),
            (Some(from), _) => {
                notes.entry(from).or_default().insert(if key.from == key.to {
                    "itself"
                } else {
                    key.to.1.as_str()
                });
            }
            _ => {}
        }
    }
    let boxes: Vec<Shape<'_>> = tables
        .iter()
        .enumerate()
        .map(|(nr, table)| Shape::of(table, &edges, notes.get(&nr), detail, nr))
        .collect();
    let places = arrange(&boxes, &edges);
    svg(&boxes, &edges, &places, focus, title)
}

struct Shape<'a> {
    table: &'a Table,
    lines: Vec<String>,
    width: f64,
    height: f64,
}

impl<'a> Shape<'a> {
    fn of(
        table: &'a Table,
        edges: &[(usize, usize, &Key)],
        notes: Option<&BTreeSet<&str>>,
        detail: Detail,
        nr: usize,
    ) -> Self {
        let is_key = |name: &String| {
            edges.iter().any(|(from, to, key)| {
                *from == nr && key.columns.contains(name) || *to == nr && key.parent_columns.contains(name)
            })
        };
        let mut lines = Vec::new();
        for column in &table.columns {
            let wanted = match detail {
                Detail::Columns => lines.len() < 16,
                Detail::Keys => column.primary || is_key(&column.name),
                Detail::Name => false,
            };
            if wanted {
                let sign = if column.primary {
                    "◆ "
                } else if is_key(&column.name) {
                    "◇ "
                } else {
                    "  "
                };
                lines.push(format!("{sign}{}  {}", short(&column.name, 22), short(&column.kind, 14)));
            }
        }
        let left = table.columns.len().saturating_sub(lines.len());
        if detail == Detail::Columns && left > 0 {
            lines.push(format!("  … {left} more"));
        }
        for note in notes.into_iter().flatten().take(3) {
            lines.push(format!("→ {}", short(note, 26)));
        }
        let longest = lines.iter().map(|line| line.chars().count()).chain([shown(&table.name)
            .chars()
            .count()
            .min(30)
            + 2]);
        let width = longest.max().map_or(80.0, to_f64).mul_add(CHAR, 16.0);
        let height = (to_f64(lines.len()) + 1.0).mul_add(ROW, 10.0);
        Self { table, lines, width, height }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few dozen characters or boxes")]
fn to_f64(number: usize) -> f64 {
    number as f64
}

/// Centre of each box, and the points of each edge.
struct Places {
    centres: Vec<(f64, f64)>,
    lines: Vec<Vec<(f64, f64)>>,
    width: f64,
    height: f64,
}

fn arrange(boxes: &[Shape<'_>], edges: &[(usize, usize, &Key)]) -> Places {
    let joined: BTreeSet<usize> = edges.iter().flat_map(|(from, to, _)| [*from, *to]).collect();
    let mut graph: Graph<NodeLabel, EdgeLabel> =
        Graph::with_options(GraphOptions { directed: true, multigraph: true, compound: false });
    for &nr in &joined {
        let label = NodeLabel { width: boxes[nr].width, height: boxes[nr].height, ..NodeLabel::default() };
        graph.set_node(nr.to_string(), Some(label));
    }
    for (line, (from, to, _)) in edges.iter().enumerate() {
        let label = line.to_string();
        graph.set_edge(to.to_string(), from.to_string(), Some(EdgeLabel::default()), Some(&label));
    }
    if !joined.is_empty() {
        let options = LayoutOptions {
            rankdir: RankDir::LR,
            nodesep: 24.0,
            ranksep: 70.0,
            edgesep: 12.0,
            ..LayoutOptions::default()
        };
        layout(&mut graph, Some(options));
    }
    let mut centres = vec![(0.0, 0.0); boxes.len()];
    let (mut width, mut height) = (0.0_f64, 0.0_f64);
    for &nr in &joined {
        let Some(label) = graph.node(&nr.to_string()) else { continue };
        let (x, y) = (label.x.unwrap_or_default() + 12.0, label.y.unwrap_or_default() + 12.0);
        centres[nr] = (x, y);
        width = width.max(x + boxes[nr].width / 2.0);
        height = height.max(y + boxes[nr].height / 2.0);
    }
    let lines = edges.iter().enumerate().map(|(line, (from, to, _))| {
        let found = graph.edge(&to.to_string(), &from.to_string(), Some(&line.to_string()));
        let points =
            found.map(|edge| edge.points.iter().map(|p| (p.x + 12.0, p.y + 12.0)).collect::<Vec<_>>());
        points.unwrap_or_default()
    });
    let lines = lines.collect();
    alone(boxes, &joined, &mut centres, &mut width, &mut height);
    Places { centres, lines, width: width + 12.0, height: height + 12.0 }
}

/// Tables that nothing joins stand in rows below.
fn alone(
    boxes: &[Shape<'_>],
    joined: &BTreeSet<usize>,
    centres: &mut [(f64, f64)],
    width: &mut f64,
    height: &mut f64,
) {
    let room = width.max(900.0);
    let (mut x, mut y, mut row) = (12.0, *height + 24.0, 0.0_f64);
    for (nr, shape) in boxes.iter().enumerate().filter(|(nr, _)| !joined.contains(nr)) {
        if x + shape.width > room && x > 12.0 {
            x = 12.0;
            y += row + 20.0;
            row = 0.0;
        }
        centres[nr] = (x + shape.width / 2.0, y + shape.height / 2.0);
        *width = width.max(x + shape.width);
        x += shape.width + 20.0;
        row = row.max(shape.height);
        *height = height.max(y + shape.height);
    }
}

fn svg(
    boxes: &[Shape<'_>],
    edges: &[(usize, usize, &Key)],
    places: &Places,
    focus: Option<(&str, &str)>,
    title: &str,
) -> Markup {
    let size = format!("0 0 {:.0} {:.0}", places.width, places.height);
    html! {
        div.diagram tabindex="0" role="region" aria-label=(shown(title)) data-diagram {
            svg viewBox=(size) width=(format!("{:.0}", places.width)) height=(format!("{:.0}", places.height)) role="group" aria-label=(shown(title)) {
                defs {
                    marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse" {
                        path class="end" d="M 0 0 L 8 4 L 0 8 z" {}
                    }
                }
                @for ((_, _, key), points) in edges.iter().zip(&places.lines) {
                    path.edge d=(path(points)) marker-start="url(#end)" {
                        title { (shown(&key.from.1)) " → " (shown(&key.to.1)) " (" (shown(&key.columns.join(", "))) ")" }
                    }
                }
                @for (shape, (x, y)) in boxes.iter().zip(&places.centres) {
                    @let (left, top) = (x - shape.width / 2.0, y - shape.height / 2.0);
                    @let here = focus == Some((shape.table.namespace.as_str(), shape.table.name.as_str()));
                    a href=(table_link(false, &shape.table.namespace, &shape.table.name)) class=(if here { "box here" } else { "box" }) {
                        title { (shown(&shape.table.namespace)) "." (shown(&shape.table.name)) }
                        rect x=(at(left)) y=(at(top)) width=(at(shape.width)) height=(at(shape.height)) rx="5" {}
                        text.name x=(at(left + 8.0)) y=(at(top + 17.0)) { (short(&shape.table.name, 30)) }
                        @for (nr, line) in shape.lines.iter().enumerate() {
                            text x=(at(left + 8.0)) y=(at((to_f64(nr) + 1.0).mul_add(ROW, top + 18.0))) { (line) }
                        }
                    }
                }
            }
        }
    }
}

fn at(value: f64) -> String {
    format!("{value:.1}")
}

/// A smooth line through the points.
fn path(points: &[(f64, f64)]) -> String {
    let mut text = String::new();
    let Some(((x, y), rest)) = points.split_first() else { return text };
    let _ = write!(text, "M {x:.1} {y:.1}");
    let mut from = (*x, *y);
    for (x, y) in rest {
        let middle = f64::midpoint(from.0, *x);
        let _ = write!(text, " C {middle:.1} {:.1} {middle:.1} {y:.1} {x:.1} {y:.1}", from.1);
        from = (*x, *y);
    }
    text
}
