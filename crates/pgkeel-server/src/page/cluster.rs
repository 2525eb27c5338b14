//! Cuts a large schema into parts that one picture can show: namespaces, then groups that foreign keys join, with the
//! tables that everybody references left out of the joining.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use pgkeel_core::outline::{Outline, Table};

/// Tables on one picture at most.
pub(super) const ROOM: usize = 40;

/// Incoming references from which a table joins everything and therefore nothing.
pub(super) const HUB: usize = 12;

/// A part of the schema.
#[derive(Debug, Clone)]
pub(super) struct Cluster<'a> {
    /// Its namespace, and its most referenced table unless it is the whole namespace.
    pub title: String,
    /// Its tables in order.
    pub tables: Vec<&'a Table>,
}

type Name<'a> = (&'a str, &'a str);

fn name(table: &Table) -> Name<'_> {
    (&table.namespace, &table.name)
}

/// References to each table from others.
pub(super) fn references(outline: &Outline) -> BTreeMap<Name<'_>, usize> {
    let mut counts = BTreeMap::new();
    for key in outline.keys.iter().filter(|key| key.from != key.to) {
        *counts.entry((key.to.0.as_str(), key.to.1.as_str())).or_insert(0) += 1;
    }
    counts
}

/// The parts, in order of namespace and size.
pub(super) fn clusters(outline: &Outline) -> Vec<Cluster<'_>> {
    let mut spaces: BTreeMap<&str, Vec<&Table>> = BTreeMap::new();
    for table in &outline.tables {
        spaces.entry(&table.namespace).or_default().push(table);
    }
    let counts = references(outline);
    let mut all = Vec::new();
    for (space, tables) in spaces {
        if tables.len() <= ROOM {
            all.push(Cluster { title: space.to_owned(), tables });
        } else {
            all.extend(split(space, &tables, outline, &counts));
        }
    }
    all
}

fn split<'a>(
    space: &str,
    tables: &[&'a Table],
    outline: &Outline,
    counts: &BTreeMap<Name<'_>, usize>,
) -> Vec<Cluster<'a>> {
    let joined = components(tables, outline, counts);
    let mut groups = Vec::new();
    let mut single: Vec<&Table> = Vec::new();
    for group in joined {
        if group.len() == 1 {
            single.extend(group);
        } else {
            groups.extend(neighbourhoods(&group, outline, counts));
        }
    }
    groups.sort_by(|a: &Vec<&Table>, b| b.len().cmp(&a.len()).then_with(|| name(a[0]).cmp(&name(b[0]))));
    let titled = groups.into_iter().map(|tables| {
        let first =
            tables.iter().rev().max_by_key(|table| counts.get(&name(table)).copied().unwrap_or_default());
        let title = first.map(|table| format!("{space}: {}", table.name)).unwrap_or_default();
        Cluster { title, tables }
    });
    let mut clusters: Vec<Cluster<'_>> = titled.collect();
    for portion in in_portions(&single) {
        let first = portion.first().map(|table| table.name.as_str()).unwrap_or_default();
        clusters.push(Cluster { title: format!("{space}: alone, from {first}"), tables: portion });
    }
    clusters
}

/// Connected parts, hubs not joining.
fn components<'a>(
    tables: &[&'a Table],
    outline: &Outline,
    counts: &BTreeMap<Name<'_>, usize>,
) -> Vec<Vec<&'a Table>> {
    let place: BTreeMap<Name<'_>, usize> =
        tables.iter().enumerate().map(|(nr, table)| (name(table), nr)).collect();
    let mut root: Vec<usize> = (0..tables.len()).collect();
    for key in &outline.keys {
        let ends = [(key.from.0.as_str(), key.from.1.as_str()), (key.to.0.as_str(), key.to.1.as_str())];
        if ends.iter().any(|end| counts.get(end).copied().unwrap_or_default() > HUB) {
            continue;
        }
        if let (Some(&a), Some(&b)) = (place.get(&ends[0]), place.get(&ends[1])) {
            let (a, b) = (find(&mut root, a), find(&mut root, b));
            root[a.max(b)] = a.min(b);
        }
    }
    let mut groups: BTreeMap<usize, Vec<&Table>> = BTreeMap::new();
    for (nr, table) in tables.iter().enumerate() {
        groups.entry(find(&mut root, nr)).or_default().push(table);
    }
    groups.into_values().collect()
}

fn find(root: &mut [usize], mut nr: usize) -> usize {
    while root[nr] != nr {
        root[nr] = root[root[nr]];
        nr = root[nr];
    }
    nr
}

/// A joined group that is too large for one picture is cut into neighbourhoods: each grows from the most referenced table
/// that is left, along foreign keys, until the picture is full.
fn neighbourhoods<'a>(
    group: &[&'a Table],
    outline: &Outline,
    counts: &BTreeMap<Name<'_>, usize>,
) -> Vec<Vec<&'a Table>> {
    if group.len() <= ROOM {
        return vec![group.to_vec()];
    }
    let members: BTreeMap<Name<'_>, &'a Table> = group.iter().map(|table| (name(table), *table)).collect();
    let references = |name: &Name<'_>| counts.get(name).copied().unwrap_or_default();
    let mut beside: BTreeMap<Name<'_>, BTreeSet<Name<'_>>> = BTreeMap::new();
    for key in &outline.keys {
        let ends = [(key.from.0.as_str(), key.from.1.as_str()), (key.to.0.as_str(), key.to.1.as_str())];
        let both = ends.iter().all(|end| members.contains_key(end) && references(end) <= HUB);
        if both {
            beside.entry(ends[0]).or_default().insert(ends[1]);
            beside.entry(ends[1]).or_default().insert(ends[0]);
        }
    }
    let mut left: BTreeSet<Name<'_>> = members.keys().copied().collect();
    let mut found = Vec::new();
    while let Some(first) =
        left.iter().copied().max_by_key(|name| (references(name), std::cmp::Reverse(*name)))
    {
        let mut portion = Vec::new();
        let mut queue = VecDeque::from([first]);
        while let Some(next) = queue.pop_front() {
            if portion.len() == ROOM || !left.remove(&next) {
                continue;
            }
            portion.extend(members.get(&next).copied());
            queue.extend(beside.get(&next).into_iter().flatten().copied());
        }
        portion.sort_by_key(|table| name(table));
        found.push(portion);
    }
    // What is left over at the edges is put together, so that nobody has to open a part for a single table.
    let (mut parts, small): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|portion: &Vec<&Table>| portion.len() > 3);
    let rest: Vec<&Table> = small.into_iter().flatten().collect();
    parts.extend(in_portions(&rest));
    parts
}

/// A group that is too large for one picture is cut in order of name, so that prefixes stay together.
fn in_portions<'a>(group: &[&'a Table]) -> Vec<Vec<&'a Table>> {
    group.chunks(ROOM).map(<[&Table]>::to_vec).collect()
}
