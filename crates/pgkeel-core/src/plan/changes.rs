//! From two schemas to the plan between them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::attributes::{self, From};
use super::order::{Action, Node, arrange};
use super::rename::{self, Renaming};
use super::{Plan, Step, array_cast, dependents, detached, inline, left, meaning, online, undo};
use crate::diff::{Change, diff_apart};
use crate::object::{Kind, Motion, Site};
use crate::schema::{Id, Object, Schema};

/// What the caller knows about the run.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The role that will run the plan, and so own what it creates.
    pub role: Option<String>,
    /// Without long locks, in steps that do not all fit into one transaction.
    pub online: bool,
    /// Objects that only have another name.
    pub renames: Vec<Renaming>,
}

/// The plan that turns a database of schema `old` into one of schema `new`, each step with what it means. Empty exactly
/// when nothing differs.
pub fn between(old: &Schema, new: &Schema, options: &Options) -> Plan {
    let mut plan = with_meaning(old, new, options);
    undo::attach(&mut plan, old, new, options);
    plan.base = old.fingerprint();
    plan
}

/// The same plan without base and undo: what a script is written from.
pub(crate) fn with_meaning(old: &Schema, new: &Schema, options: &Options) -> Plan {
    let mut plan = statements(old, new, options);
    meaning::learn(&mut plan.steps, old, new);
    plan
}

/// The same plan, its steps without locks, scans, rewrites and undo, and without a base, which takes longest of all that a
/// plan is made of: what `dump` and the proofs need. The executor refuses a plan without a base.
pub fn statements(old: &Schema, new: &Schema, options: &Options) -> Plan {
    let (mut steps, mut notes) = (vec![], vec![]);
    let mut renamed = Cow::Borrowed(old);
    if !options.renames.is_empty() {
        let mut made = rename::apply(&renamed, new, &options.renames);
        steps.append(&mut made.steps);
        notes.append(&mut made.problems);
        renamed = Cow::Owned(made.schema);
    }
    // What is a part of something else, as a partition's index of its parent's, is known once that has its name.
    loop {
        let certain = rename::certain(&renamed, new);
        if certain.is_empty() {
            break;
        }
        let mut made = rename::in_turn(&renamed, new, certain);
        if made.steps.is_empty() {
            break;
        }
        steps.append(&mut made.steps);
        renamed = Cow::Owned(made.schema);
    }
    let mut plan = between_names(&renamed, new, options);
    steps.append(&mut plan.steps);
    notes.append(&mut plan.notes);
    Plan {
        base: String::new(),
        steps,
        notes,
        unsupported: old.unsupported.union(&new.unsupported).cloned().collect(),
        likely_renames: rename::likely(&renamed, new),
        undo: vec![],
    }
}

fn between_names(old: &Schema, new: &Schema, options: &Options) -> Plan {
    let mut rebuilt = BTreeSet::new();
    loop {
        match rebuilding(old, new, options, &rebuilt) {
            Ok(plan) => return plan,
            Err(id) => {
                // Each time it is another one, which is not changed in place from then on.
                rebuilt.insert(id);
            }
        }
    }
}

/// The plan in which these objects are dropped and created.
///
/// # Errors
/// The next object for which there is no other way.
fn rebuilding(old: &Schema, new: &Schema, options: &Options, rebuilt: &BTreeSet<Id>) -> Result<Plan, Id> {
    let (mut changes, aside, apart) = all_changes(old, new, rebuilt);
    if let Some(old) = detached::with_foreign_keys(old, new, &changes) {
        return rebuilding(&old, new, options, rebuilt);
    }
    if changes.is_empty() {
        let none = BTreeSet::new();
        let site = Site { old, new, inline: &none, created: &none, apart: &none };
        return Ok(Plan { notes: left::notes(&site), ..Plan::default() });
    }
    follow(&mut changes, old, new);
    let mut within = inline::created_within(&changes, old, new);
    let mut with = inline::dropped_with(&changes, old);
    let created: BTreeSet<Id> =
        changes.iter().filter(|(_, change)| is_created(Some(change))).map(|(id, _)| id.clone()).collect();
    let nothing = BTreeSet::new();
    let site = Site { old, new, inline: &nothing, created: &created, apart: &apart };
    // A type's change makes, changes and drops the columns of the tables that are of it.
    let reshaped = |leader: &Id| {
        leader.kind == Kind::Composite && matches!(changes.get(leader), Some(Change::Alter(..)))
    };
    for (id, change) in &changes {
        if is_created(Some(change))
            && let Some(object) = new.objects.get(id)
            && let Some(leader) = object.body.follows(Motion::Create, &site)
            && (is_created(changes.get(&leader)) || reshaped(&leader))
            && !object.body.parents(new).iter().take(1).any(|table| is_created(changes.get(table)))
        {
            within.insert(id.clone(), leader);
        }
        if is_dropped(Some(change))
            && let Some(leader) = old.body(id).and_then(|body| body.follows(Motion::Drop, &site))
            && (is_dropped(changes.get(&leader)) || reshaped(&leader))
        {
            with.entry(id.clone()).or_insert(leader);
        }
    }
    let mut plan = Plan::default();
    let inlined: BTreeSet<Id> = within.keys().cloned().collect();
    let site = Site { old, new, inline: &inlined, created: &created, apart: &apart };
    let nodes = arrange(&site, &changes, &aside, &within, &mut with)?;
    let mut members: BTreeMap<&Id, Vec<&Id>> = BTreeMap::new();
    for id in within.keys() {
        members.entry(inline::outermost(&within, id)).or_default().push(id);
    }
    let role = options.role.as_deref();
    for node in &nodes {
        write(node, &site, &changes, &members, role, &mut plan.steps);
    }
    if options.online {
        plan.steps = online::rewrite(plan.steps, old, new);
    }
    plan.notes = left::notes(&site);
    Ok(plan)
}

/// What differs, what has to change because of that, the types that are set aside for it, and the connections between
/// tables that are broken: to know those changes what the tables need, so that it is gone over until nothing is added.
fn all_changes(
    old: &Schema,
    new: &Schema,
    rebuilt: &BTreeSet<Id>,
) -> (BTreeMap<Id, Change>, BTreeSet<Id>, BTreeSet<Id>) {
    let mut apart = BTreeSet::new();
    loop {
        let mut changes = diff_apart(old, new, &apart);
        changes.extend(rebuilt.iter().map(|id| (id.clone(), Change::Replace)));
        if changes.is_empty() {
            return (changes, BTreeSet::new(), apart);
        }
        let aside = dependents::close(&mut changes, old, new, &apart);
        let broken = changes.iter().filter(|(id, change)| {
            matches!(id.kind, Kind::Attachment | Kind::Inheritance) && !matches!(change, Change::Alter(..))
        });
        let before = apart.len();
        apart.extend(broken.map(|(id, _)| id.clone()));
        if apart.len() == before {
            return (changes, aside, apart);
        }
    }
}

fn is_dropped(change: Option<&Change>) -> bool {
    matches!(change, Some(Change::Drop | Change::Replace))
}

fn is_created(change: Option<&Change>) -> bool {
    matches!(change, Some(Change::Create | Change::Replace))
}

/// A change that another object's change makes too is not made twice.
fn follow(changes: &mut BTreeMap<Id, Change>, old: &Schema, new: &Schema) {
    let idle: Vec<Id> = changes
        .iter()
        .filter(|(id, change)| {
            let unchanged = |object: &Object, other: &Object| {
                object.attributes == other.attributes && object.columns == other.columns
            };
            match (change, new.objects.get(id), old.objects.get(id)) {
                (Change::Alter(steps, blocks), Some(after), Some(before)) => {
                    steps.is_empty() && blocks.is_none() && unchanged(before, after)
                }
                _ => false,
            }
        })
        .map(|(id, _)| id.clone())
        .collect();
    for id in idle {
        changes.remove(&id);
    }
}

fn write(
    node: &Node,
    site: &Site,
    changes: &BTreeMap<Id, Change>,
    members: &BTreeMap<&Id, Vec<&Id>>,
    role: Option<&str>,
    steps: &mut Vec<Step>,
) {
    let mut add = |id: &Id, list: Vec<Step>| {
        let caused = |step: Step| Step {
            cause: if step.cause.is_empty() { id.to_string() } else { step.cause },
            sql: array_cast::keep(&step.sql),
            ..step
        };
        steps.extend(list.into_iter().map(caused));
    };
    let id = &node.id;
    match node.action {
        Action::Drop => {
            if let Some(body) = site.old.body(id) {
                add(id, body.remove(site));
            }
        }
        Action::SetAside => {
            if let Some(aside) = site.old.body(id).and_then(|body| body.set_aside(site)) {
                add(id, aside.before);
            }
        }
        Action::DropAside => {
            if let Some(aside) = site.old.body(id).and_then(|body| body.set_aside(site)) {
                add(id, aside.after);
            }
        }
        Action::LetGo => {
            if let Some(body) = site.old.body(id) {
                add(id, body.lets_go(site));
            }
        }
        Action::Stub => {
            if let Some((stub, _)) = site.new.body(id).and_then(|body| body.stub(site)) {
                add(id, vec![stub]);
            }
        }
        Action::Alter => {
            if let (Some(Change::Alter(own, _)), Some(before), Some(after)) =
                (changes.get(id), site.old.objects.get(id), site.new.objects.get(id))
            {
                let done = site.old.body(id).map(|body| body.lets_go(site)).unwrap_or_default();
                add(id, own.iter().filter(|step| !done.contains(step)).cloned().collect());
                let before = attributes::with_the_owner_of_its_whole(id, before, after, site.old, site.new);
                add(id, attributes::steps(id, after, &From::Existing(&before)));
                for created in members.get(id).into_iter().flatten() {
                    let Some(object) = site.new.objects.get(created) else { continue };
                    add(created, object.body.create(site));
                    add(created, attributes::steps(created, object, &From::Created(site.old, role)));
                }
            }
        }
        Action::Create | Action::CreateOverStub => {
            let parts = members.get(id).map(Vec::as_slice).unwrap_or_default();
            for created in std::iter::once(id).chain(parts.iter().copied()) {
                let Some(object) = site.new.objects.get(created) else { continue };
                let over_stub = node.action == Action::CreateOverStub && created == id;
                let made = match object.body.stub(site).filter(|_| over_stub) {
                    Some((_, rest)) => rest,
                    None => object.body.create(site),
                };
                add(created, made);
                add(created, attributes::steps(created, object, &From::Created(site.old, role)));
            }
        }
    }
}
