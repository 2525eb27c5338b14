//! Foreign keys that partitions have from their parents. They are no objects as long as they follow them; a partition that is detached
//! keeps each as its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::Change;
use crate::object::attachment::Attachment;
use crate::object::foreign_key::ForeignKey;
use crate::object::{Body, Kind};
use crate::schema::{Id, Object, Schema};

/// The schema in which partitions that these changes detach have the foreign keys that they will be left with, so that each of
/// them is dropped, changed or kept; `None` when there is nothing to add.
pub fn with_foreign_keys(old: &Schema, new: &Schema, changes: &BTreeMap<Id, Change>) -> Option<Schema> {
    let is_dropped = |id: &Id| matches!(changes.get(id), Some(Change::Drop | Change::Replace));
    let mut made: Option<Schema> = None;
    for id in changes.keys().filter(|id| id.kind == Kind::Attachment && is_dropped(id)) {
        let Some(Body::Attachment(attachment)) = old.body(id) else { continue };
        let table = Id::new(Kind::Table, [&attachment.table.0, &attachment.table.1]);
        if !new.has(&table) || is_dropped(&table) {
            continue;
        }
        let returns =
            matches!(new.body(id), Some(Body::Attachment(after)) if after.parent == attachment.parent);
        for (above, name) in inherited(old, attachment) {
            let Some(Body::ForeignKey(key)) = old.body(&above) else { continue };
            let holder = Id::new(Kind::Table, [&key.table.0, &key.table.1]);
            if returns && !changes.contains_key(&above) {
                continue;
            }
            let own =
                ForeignKey { table: attachment.table.clone(), name, definition: key.definition.clone() };
            let own_id = Id::new(Kind::ForeignKey, [&own.table.0, &own.table.1, &own.name]);
            // One that is dropped by itself is dropped before, and takes those of the partitions along.
            let before = is_dropped(&above) && !is_dropped(&holder);
            let known = if before {
                old.needs.get(&above).is_some_and(|needs| needs.contains(id))
            } else {
                old.has(&own_id)
            };
            if known {
                continue;
            }
            let schema = made.get_or_insert_with(|| old.clone());
            if before {
                schema.add_need(above, id.clone());
                continue;
            }
            let needs = old.needs.get(&above).into_iter().flatten();
            let needs: BTreeSet<Id> = needs.map(|needed| moved(needed, key, &own)).collect();
            schema.insert(Object::new(own.into()));
            schema.needs.entry(own_id.clone()).or_default().extend(needs);
            // It is detached before any of them goes.
            schema.add_need(id.clone(), own_id);
            schema.add_need(id.clone(), above);
        }
    }
    made
}

/// The foreign keys of the tables above a partition, with the names that it has for them.
fn inherited(schema: &Schema, attachment: &Attachment) -> Vec<(Id, String)> {
    let parent = &attachment.parent;
    let own = schema.parts(Kind::ForeignKey, parent).filter_map(|(id, object)| match &object.body {
        Body::ForeignKey(key) => Some((id.clone(), key.name.clone())),
        _ => None,
    });
    let above = match schema.body(&Id::new(Kind::Attachment, [&parent.0, &parent.1])) {
        Some(Body::Attachment(above)) => inherited(schema, above),
        _ => vec![],
    };
    let here = |(id, name): (Id, String)| {
        let other = attachment.foreign_keys.get(&name).cloned();
        (id, other.unwrap_or(name))
    };
    own.chain(above).map(here).collect()
}

/// What the partition's own key needs where the parent's needs this.
fn moved(needed: &Id, key: &ForeignKey, own: &ForeignKey) -> Id {
    match (needed.kind, needed.parts.as_ref()) {
        (Kind::Table | Kind::Column, [namespace, table, rest @ ..])
            if *namespace == key.table.0 && *table == key.table.1 =>
        {
            let parts = [own.table.0.clone(), own.table.1.clone()].into_iter().chain(rest.iter().cloned());
            Id { kind: needed.kind, parts: parts.collect() }
        }
        _ => needed.clone(),
    }
}
