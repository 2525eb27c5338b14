//! What differs between two schemas, object by object, before anything is known about order or dependants.

use std::collections::{BTreeMap, BTreeSet};

use crate::object::{Alteration, Body, Kind, Site, not_null};
use crate::plan::Step;
use crate::schema::{Id, Schema};

/// How one object differs.
#[derive(Debug)]
pub enum Change {
    /// Only in the new schema.
    Create,
    /// Only in the old schema.
    Drop,
    /// In both; the steps may be none when only attributes differ. The predicate tells what has to be rebuilt around.
    Alter(Vec<Step>, Option<fn(&Body) -> bool>),
    /// In both, but only dropping and creating it leads from one to the other.
    Replace,
}

/// Every difference, by object. Empty exactly when the schemas are equal.
pub fn diff(old: &Schema, new: &Schema) -> BTreeMap<Id, Change> {
    diff_apart(old, new, &BTreeSet::new())
}

/// As [`diff`], when these attachments and inheritances are going to be broken.
pub fn diff_apart(old: &Schema, new: &Schema, apart: &BTreeSet<Id>) -> BTreeMap<Id, Change> {
    let inline = BTreeSet::new();
    let site = Site { old, new, inline: &inline, created: &inline, apart };
    let mut changes = BTreeMap::new();
    for (id, before) in &old.objects {
        let Some(after) = new.objects.get(id) else {
            changes.insert(id.clone(), Change::Drop);
            continue;
        };
        // Of a large schema nearly everything is the same. A partition may be detached for what is its columns'.
        let by_itself = id.kind != Kind::Attachment || old.version < not_null::NAMED;
        if apart.is_empty() && by_itself && before == after {
            continue;
        }
        let change = match after.body.alter(&before.body, &site) {
            Alteration::Same if before.attributes == after.attributes && before.columns == after.columns => {
                continue;
            }
            Alteration::Same => Change::Alter(vec![], None),
            Alteration::Steps(steps) => Change::Alter(steps, None),
            Alteration::Around(steps, blocks) => Change::Alter(steps, Some(blocks)),
            Alteration::Replace => Change::Replace,
        };
        changes.insert(id.clone(), change);
    }
    for id in new.objects.keys().filter(|id| !old.has(id)) {
        changes.insert(id.clone(), Change::Create);
    }
    changes
}
