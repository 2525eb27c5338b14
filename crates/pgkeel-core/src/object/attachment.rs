//! A partition's place in its parent (`pg_class.relpartbound`). An object of its own: the partition is a table that
//! lives before and after.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::not_null::renamed_beneath;
use super::index::{ParentIndex, index_or_constraint};
use super::{Alteration, Body, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Name, Schema};

/// A partition's place in its parent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Attachment {
    /// The partition.
    pub table: Name,
    /// The partitioned table.
    pub parent: Name,
    /// `FOR VALUES ...` or `DEFAULT`.
    pub bound: String,
    /// The parent's foreign keys that the partition has under another name, with that; not a difference. They are called so
    /// when it is detached.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub foreign_keys: BTreeMap<String, String>,
}

impl PartialEq for Attachment {
    fn eq(&self, other: &Self) -> bool {
        (&self.table, &self.parent, &self.bound) == (&other.table, &other.parent, &other.bound)
    }
}

impl Attachment {
    /// A partitioned partition's index is only taken over when it is whole.
    fn own_index_attachments(&self, site: &Site) -> Vec<Id> {
        let table = site.new.body(&Id::new(Kind::Table, [&self.table.0, &self.table.1]));
        if !matches!(table, Some(Body::Table(table)) if table.partition_key.is_some()) {
            return vec![];
        }
        site.new.index_parts_of(&self.table).cloned().collect()
    }
}

impl Define for Attachment {
    fn id(&self) -> Id {
        Id::new(Kind::Attachment, [&self.table.0, &self.table.1])
    }

    fn target(&self) -> Target {
        Target::new("TABLE", self.table.to_string())
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        let (parent, table, bound) = (&self.parent, &self.table, &self.bound);
        vec![Step::new(format!("ALTER TABLE ONLY {parent} ATTACH PARTITION {table} {bound}"))]
    }

    fn remove(&self, _site: &Site) -> Vec<Step> {
        vec![Step::new(format!("ALTER TABLE ONLY {} DETACH PARTITION {}", self.parent, self.table))]
    }

    fn alter(&self, old: &Self, site: &Site) -> Alteration {
        if old == self && !renamed_beneath(self, site) { Alteration::Same } else { Alteration::Replace }
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Table, [&self.table.0, &self.table.1])]
    }

    /// Everything that has to agree with the parent before, and the indexes that are taken over instead of built.
    fn needs(&self, site: &Site) -> Vec<Id> {
        let parent = Id::new(Kind::Table, [&self.parent.0, &self.parent.1]);
        let mut needs = vec![];
        for table in [&self.table, &self.parent] {
            needs.extend(site.new.parts(Kind::Column, table).map(|(id, _)| id.clone()));
        }
        // An index that the parent has already is taken over, not built again. One that it gets comes later.
        let has_already = |above: &Option<ParentIndex>| {
            above.as_ref().is_some_and(|above| {
                !site.created.contains(&index_or_constraint(&above.table, &above.index, site.new))
            })
        };
        for (id, object) in site.new.parts(Kind::Constraint, &self.table) {
            let Body::Constraint(constraint) = &object.body else { continue };
            if constraint.as_exclusion_of_partitions().is_some() {
                continue;
            }
            if constraint.kind == "c" || has_already(&constraint.attached_to) {
                needs.push(id.clone());
            }
        }
        if !site.created.contains(&parent) {
            for id in site.new.indexes_of(&self.table) {
                if matches!(site.new.body(id), Some(Body::Index(index)) if has_already(&index.attached_to)) {
                    needs.push(id.clone());
                }
            }
            needs.extend(self.own_index_attachments(site));
        }
        needs.push(parent);
        needs
    }
}
