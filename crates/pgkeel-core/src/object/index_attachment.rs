//! A partition's index as a part of its parent's index (`pg_inherits` of indexes).

use serde::{Deserialize, Serialize};

use super::index::index_or_constraint;
use super::{Alteration, Body, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Name};
use crate::sql::ident::qualified;

/// A partition's index as a part of its parent's index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IndexAttachment {
    /// The partition's index.
    pub index: Name,
    /// The partitioned table.
    pub parent_table: Name,
    /// Its index.
    pub parent: String,
    /// The partition.
    pub table: Name,
}

impl Define for IndexAttachment {
    fn id(&self) -> Id {
        Id::new(Kind::IndexAttachment, [&self.index.0, &self.index.1])
    }

    fn target(&self) -> Target {
        Target::new("INDEX", self.index.to_string())
    }

    fn create(&self, site: &Site) -> Vec<Step> {
        let made = site.new.body(&index_or_constraint(&self.table, &self.index.1, site.new));
        if matches!(made, Some(Body::Constraint(made)) if made.as_exclusion_of_partitions().is_some()) {
            return vec![];
        }
        let parent = qualified(&self.parent_table.0, &self.parent);
        vec![Step::new(format!("ALTER INDEX {parent} ATTACH PARTITION {}", self.index))]
    }

    /// There is no way to detach an index; it goes with its own table, or with the parent's index.
    fn remove(&self, _site: &Site) -> Vec<Step> {
        vec![]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old == self { Alteration::Same } else { Alteration::Replace }
    }

    fn needs(&self, site: &Site) -> Vec<Id> {
        let attachment = Id::new(Kind::Attachment, [&self.table.0, &self.table.1]);
        let parent = index_or_constraint(&self.parent_table, &self.parent, site.new);
        vec![index_or_constraint(&self.table, &self.index.1, site.new), parent, attachment]
    }
}
