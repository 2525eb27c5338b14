//! The order of a plan: nodes for what is dropped, altered and created, and what has to come before what.
//!
//! Removal goes against the dependencies of the old schema, creation along those of the new one; what both leave
//! open follows the table of kinds (pg_dump's idea: a priority per kind, and a sort that disturbs it least).

mod lineage;

use std::collections::{BTreeMap, BTreeSet};

use super::dependents::may_be_taken_for;
use super::graph::Graph;
use super::inline::outermost;
use super::names;
use crate::diff::Change;
use crate::object::composite::tables_of;
use crate::object::{Body, Kind, Motion, Site};
use crate::schema::{Id, Name, Schema};

/// What a node does with its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Drops it.
    Drop,
    /// Renames it out of the way.
    SetAside,
    /// Takes leave of what goes, before the rest of its change in place.
    LetGo,
    /// Creates a view of nulls in a view's place, to break a cycle.
    Stub,
    /// Changes it in place.
    Alter,
    /// Creates it, with what is created within it.
    Create,
    /// Replaces the view of nulls.
    CreateOverStub,
    /// Drops what was set aside.
    DropAside,
}

/// One action on one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The object.
    pub id: Id,
    /// What is done.
    pub action: Action,
}

struct Nodes {
    list: Vec<Node>,
    places: BTreeMap<(Id, u8), usize>,
}

const DOWN: u8 = 0;
const ASIDE: u8 = 1;
const UP: u8 = 2;
const STUB: u8 = 3;
const LET_GO: u8 = 4;

impl Nodes {
    fn at(&self, id: &Id, role: u8) -> Option<usize> {
        self.places.get(&(id.clone(), role)).copied()
    }
}

/// Every node, sorted. Folded removals in `with` that would close a cycle are unfolded.
///
/// # Errors
/// What cannot be changed in place at any moment, and has to be dropped and created instead.
pub fn arrange(
    site: &Site,
    changes: &BTreeMap<Id, Change>,
    aside: &BTreeSet<Id>,
    within: &BTreeMap<Id, Id>,
    with: &mut BTreeMap<Id, Id>,
) -> Result<Vec<Node>, Id> {
    let mut stubs: BTreeSet<Id> = BTreeSet::new();
    let mut forgotten: Vec<(Node, Node)> = vec![];
    loop {
        let nodes = nodes(site, changes, aside, within, with, &stubs);
        let (mut graph, wishes) = demands(site, changes, aside, with, &nodes, &stubs);
        for (first, second) in &forgotten {
            let place = |node: &Node| nodes.list.iter().position(|other| other == node);
            if let (Some(first), Some(second)) = (place(first), place(second)) {
                graph.forget(first, second);
            }
        }
        let cycle = match graph.sort(nodes.list.len()) {
            Ok(sorted) => {
                return Ok(sorted.into_iter().filter_map(|place| nodes.list.get(place).cloned()).collect());
            }
            Err(cycle) => cycle,
        };
        // What only seems to be needed comes first to be given up.
        let mut pairs = cycle.iter().copied().zip(cycle.iter().copied().cycle().skip(1));
        if let Some((first, second)) = pairs.find(|pair| wishes.contains(pair))
            && let (Some(first), Some(second)) = (nodes.list.get(first), nodes.list.get(second))
        {
            forgotten.push((first.clone(), second.clone()));
            continue;
        }
        let cycle: Vec<Node> = cycle.iter().filter_map(|place| nodes.list.get(*place).cloned()).collect();
        // Two tables that reference each other, a CHECK that calls a function of the table's rows: what is only a
        // part of its table goes by itself, before.
        let dropped =
            |id: &Id| cycle.iter().any(|node| node.action == Action::Drop && &node.id == outermost(with, id));
        let folded: Vec<Id> = with
            .keys()
            .filter(|id| id.kind != Kind::Column && dropped(id))
            .filter(|id| {
                let host = outermost(with, id);
                site.old.needs_of(id).any(|needed| outermost(with, needed) != host && dropped(needed))
            })
            .cloned()
            .collect();
        if !folded.is_empty() {
            for id in folded {
                with.remove(&id);
            }
            continue;
        }
        // A view that calls a function that returns the view's rows, a type whose functions take the type.
        let view = cycle.iter().find(|node| {
            node.action == Action::Create
                && !stubs.contains(&node.id)
                && site.new.body(&node.id).is_some_and(|body| body.stub(site).is_some())
        });
        if let Some(view) = view {
            stubs.insert(view.id.clone());
            continue;
        }
        // A view over a table whose successor takes the name of one of its constraints: it is over neither for a while.
        let rebuilt = [Kind::View, Kind::Rule, Kind::Policy, Kind::Default, Kind::Function]
            .into_iter()
            .find_map(|kind| cycle.iter().find(|node| node.action == Action::Alter && node.id.kind == kind));
        if let Some(node) = rebuilt {
            return Err(node.id.clone());
        }
        // Nothing known helps: give up the demand that involves a change in place, else the first one.
        let pairs: Vec<(Node, Node)> =
            cycle.iter().cloned().zip(cycle.iter().cycle().skip(1).cloned()).collect();
        let weakest = pairs
            .iter()
            .find(|(first, second)| first.action == Action::Alter || second.action == Action::Alter)
            .or_else(|| pairs.first());
        match weakest {
            Some(pair) if !forgotten.contains(pair) => forgotten.push(pair.clone()),
            _ => return Ok(nodes.list),
        }
    }
}

fn nodes(
    site: &Site,
    changes: &BTreeMap<Id, Change>,
    aside: &BTreeSet<Id>,
    within: &BTreeMap<Id, Id>,
    with: &BTreeMap<Id, Id>,
    stubs: &BTreeSet<Id>,
) -> Nodes {
    let mut list: Vec<(u8, Node)> = vec![];
    for (id, change) in changes {
        let mut add = |rank: u8, action: Action| list.push((rank, Node { id: id.clone(), action }));
        let (down, up) = match change {
            Change::Drop => (true, None),
            Change::Alter(..) => (false, Some(Action::Alter)),
            Change::Create => (false, Some(Action::Create)),
            Change::Replace => (true, Some(Action::Create)),
        };
        if up == Some(Action::Alter) && site.old.body(id).is_some_and(|body| !body.lets_go(site).is_empty()) {
            add(0, Action::LetGo);
        }
        if down && aside.contains(id) {
            add(1, Action::SetAside);
            add(2, Action::DropAside);
        } else if down && !with.contains_key(id) {
            add(0, Action::Drop);
        }
        match up {
            Some(Action::Create) if stubs.contains(id) => {
                add(1, Action::Stub);
                add(1, Action::CreateOverStub);
            }
            Some(action) if !(action == Action::Create && within.contains_key(id)) => add(1, action),
            _ => {}
        }
    }
    list.sort_by(|(rank, node), (other_rank, other)| {
        rank.cmp(other_rank).then_with(|| match rank {
            0 => other.id.cmp(&node.id),
            _ => natural(site, node).cmp(&natural(site, other)),
        })
    });
    let list: Vec<Node> = list.into_iter().map(|(_, node)| node).collect();
    let mut places = BTreeMap::new();
    for (place, node) in list.iter().enumerate() {
        let role = match node.action {
            Action::Drop | Action::DropAside => DOWN,
            Action::SetAside => ASIDE,
            Action::LetGo => LET_GO,
            Action::Stub => STUB,
            Action::Alter | Action::Create | Action::CreateOverStub => UP,
        };
        places.insert((node.id.clone(), role), place);
    }
    for id in with.keys() {
        // What only changes drops its part in that change.
        let host = outermost(with, id);
        let place = [DOWN, UP].into_iter().find_map(|role| places.get(&(host.clone(), role)).copied());
        if let Some(place) = place {
            places.insert((id.clone(), DOWN), place);
        }
    }
    for id in within.keys() {
        if let Some(place) = places.get(&(outermost(within, id).clone(), UP)).copied() {
            places.entry((id.clone(), UP)).or_insert(place);
        }
    }
    Nodes { list, places }
}

/// By kind, then by name; columns of one table by their place.
fn natural<'a>(site: &Site, node: &'a Node) -> (Kind, &'a [String], i32, &'a Id, Action) {
    let position = site.new.body(&node.id).map(crate::object::Body::position).unwrap_or_default();
    let whole = if position > 0 {
        node.id.parts.split_last().map(|(_, whole)| whole).unwrap_or_default()
    } else {
        &node.id.parts
    };
    (node.id.kind, whole, position, &node.id, node.action)
}

/// What has to come before what, and which of that is only a wish.
fn demands(
    site: &Site,
    changes: &BTreeMap<Id, Change>,
    aside: &BTreeSet<Id>,
    with: &BTreeMap<Id, Id>,
    nodes: &Nodes,
    stubs: &BTreeSet<Id>,
) -> (Graph, BTreeSet<(usize, usize)>) {
    let (old, new) = (site.old, site.new);
    let mut graph = Graph::default();
    let mut wishes = BTreeSet::new();
    let mut demand = |first: Option<usize>, second: Option<usize>| {
        if let (Some(first), Some(second)) = (first, second) {
            graph.before(first, second);
        }
    };
    let altered = |id: &Id| matches!(changes.get(id), Some(Change::Alter(..)));
    let typed = |id: &Id, schema: &Schema| matches!(schema.body(id), Some(Body::Table(table)) if table.of_type.is_some());
    let becomes_typed = |id: &Id| altered(id) && !typed(id, old) && typed(id, new);
    let was_typed = |id: &Id| altered(id) && typed(id, old) && !typed(id, new);
    // What a base type is read and written by takes the type, which is there all the time.
    let waits =
        |id: &Id, needed: &Id| id.kind != Kind::Function || needed.kind != Kind::BaseType || !altered(needed);
    let beneath: BTreeMap<&Id, BTreeSet<&Id>> =
        stubs.iter().map(|stub| (stub, new.everything_beneath(stub))).collect();
    for (id, change) in changes {
        let (down, up) = (nodes.at(id, DOWN), nodes.at(id, UP));
        for needed in old.needs_of(id) {
            // What needs it goes, or stops needing it, before it goes, moves or changes.
            let user = if altered(id) { nodes.at(id, LET_GO).or(up) } else { down };
            if id.kind == Kind::Column && was_typed(needed) {
                demand(nodes.at(needed, UP), user);
                continue;
            }
            if !altered(id) && matches!(change, Change::Drop | Change::Replace) {
                // What is set aside itself, and its parts, do not mind the new name, nor does what goes with it in the end.
                if !aside.contains(outermost(with, id)) && user != nodes.at(needed, DOWN) {
                    demand(user, nodes.at(needed, ASIDE));
                }
                if altered(needed) && waits(id, needed) {
                    demand(user, nodes.at(needed, UP));
                }
            }
            demand(user, nodes.at(needed, DOWN));
            // What is set aside may be named by the types it is made of, as a range's constructors are.
            demand(nodes.at(id, ASIDE), nodes.at(needed, ASIDE));
            // A table that is no longer of a type does not get what the type gets.
            if altered(id) && altered(needed) && !new.needs_of(id).any(|other| other == needed) {
                demand(user, nodes.at(needed, UP));
            }
        }
        let extra = new.body(id).map(|body| {
            let mut extra = body.needs(site);
            let motion = if matches!(change, Change::Alter(..)) { Motion::Alter } else { Motion::Create };
            extra.extend(body.follows(motion, site));
            extra
        });
        for needed in new.needs_of(id).chain(extra.iter().flatten()) {
            // The stub is enough for what the object itself stands on; all others wait for the object.
            let is_beneath = beneath.get(needed).is_some_and(|beneath| beneath.contains(id));
            let stub = nodes.at(needed, STUB).filter(|_| is_beneath && needed != id);
            // A table can be of a type once its columns are as the type says.
            if id.kind == Kind::Column && becomes_typed(needed) {
                demand(up, nodes.at(needed, UP));
                continue;
            }
            if waits(id, needed) {
                demand(stub.or(nodes.at(needed, UP)), up);
            }
        }
        if let Some(connection) = old.body(id).and_then(crate::object::Body::released_by) {
            demand(nodes.at(&connection, DOWN), down);
        }
        if let Change::Replace = change {
            if aside.contains(id) {
                demand(nodes.at(id, ASIDE), up);
                demand(nodes.at(id, ASIDE), nodes.at(id, STUB));
                demand(up, down);
            } else if aside.contains(outermost(with, id)) {
                demand(nodes.at(outermost(with, id), ASIDE), up);
            } else {
                demand(down, up);
                demand(down, nodes.at(id, STUB));
            }
        }
        demand(nodes.at(id, STUB), up);
        demand(nodes.at(id, LET_GO), up);
    }
    for (first, second) in lineage::demands(site, changes, aside, nodes) {
        demand(Some(first), Some(second));
    }
    // Two tables that are not connected for a while change in that while.
    for connection in site.apart {
        let broken = nodes.at(connection, DOWN);
        let tables = match old.body(connection) {
            Some(Body::Attachment(attachment)) => [&attachment.table, &attachment.parent],
            Some(Body::Inheritance(inheritance)) => [&inheritance.table, &inheritance.parent],
            _ => continue,
        };
        for table in tables {
            let parts =
                [Kind::Column, Kind::Constraint].map(|kind| [old.parts(kind, table), new.parts(kind, table)]);
            for (part, _) in parts.into_iter().flatten().flatten() {
                for role in [DOWN, UP] {
                    demand(broken, nodes.at(part, role));
                }
            }
        }
    }
    // The columns of a table change when its type, which is set aside, no longer forbids it.
    for set_aside in aside.iter().filter(|id| id.kind == Kind::Composite) {
        for table in tables_of(set_aside, old) {
            let [namespace, name] = table.parts.as_ref() else { continue };
            let table = Name(namespace.clone(), name.clone());
            for (part, _) in old.parts(Kind::Column, &table).chain(new.parts(Kind::Column, &table)) {
                for role in [DOWN, UP] {
                    demand(nodes.at(set_aside, ASIDE), nodes.at(part, role));
                }
            }
        }
    }
    // A name has to be free before it is taken.
    for (gone, come) in names::in_turn(site, changes) {
        let freed = if aside.contains(gone) { ASIDE } else { DOWN };
        let freed = nodes.at(gone, freed).or_else(|| nodes.at(gone, UP));
        demand(freed, nodes.at(come, STUB));
        demand(freed, nodes.at(come, UP));
    }
    // What a table inherits from a new parent as well it never has for its own: that one comes before the old one goes.
    let inherits = |id: &&Id, schema: &Schema| matches!(schema.body(id), Some(Body::Inheritance(_)));
    for (gone, _) in changes.iter().filter(|(id, change)| inherits(id, old) && matches!(change, Change::Drop))
    {
        for (made, _) in changes.iter().filter(|(id, _)| inherits(id, new) && !old.has(id)) {
            if gone.parts.iter().take(2).eq(made.parts.iter().take(2))
                && let (Some(made), Some(gone)) = (nodes.at(made, UP), nodes.at(gone, DOWN))
                && !graph.demands(made, gone)
            {
                wishes.insert((made, gone));
            }
        }
    }
    // A call finds one function only after all others that it could mean are gone.
    for (gone, _) in
        changes.iter().filter(|(id, change)| id.kind == Kind::Function && matches!(change, Change::Drop))
    {
        let same_name = Id { kind: Kind::Function, parts: gone.parts.iter().take(2).cloned().collect() };
        if !new
            .objects
            .range(&same_name..)
            .next()
            .is_some_and(|(id, _)| id.parts.starts_with(&same_name.parts))
        {
            continue;
        }
        for (user, _) in changes.iter().filter(|(id, _)| new.has(id)) {
            if new.needs_of(user).any(|needed| may_be_taken_for(gone, needed, old, new))
                && let (Some(first), Some(second)) = (nodes.at(gone, DOWN), nodes.at(user, UP))
                && !graph.demands(first, second)
            {
                wishes.insert((first, second));
            }
        }
    }
    for (id, _) in changes.iter().filter(|(id, _)| new.has(id)) {
        for mentioned in new.body(id).map(|body| body.mentions(site)).unwrap_or_default() {
            if let (Some(first), Some(second)) = (nodes.at(&mentioned, UP), nodes.at(id, UP))
                && first != second
                && !graph.demands(first, second)
            {
                wishes.insert((first, second));
            }
        }
    }
    for (first, second) in &wishes {
        graph.before(*first, *second);
    }
    (graph, wishes)
}
