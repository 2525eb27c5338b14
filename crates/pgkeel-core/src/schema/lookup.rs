//! What belongs to which table: found once for a schema instead of by looking through all its objects for each table.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use super::{Id, Name, Schema};
use crate::object::{Body, Kind, not_null};

/// Parts of tables whose ids do not begin with the table's name. Empty until it is asked for, and again in a copy.
#[derive(Debug, Default)]
pub struct Lookup(OnceLock<Parts>);

#[derive(Debug, Default)]
struct Parts {
    indexes: BTreeMap<Name, Vec<Id>>,
    partitions: BTreeMap<Name, Vec<Id>>,
    beneath_indexes: BTreeMap<Name, Vec<Id>>,
    heirs: BTreeMap<Name, Vec<Name>>,
    constraints: BTreeMap<Name, BTreeSet<Name>>,
}

impl Clone for Lookup {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// It follows from the objects, so it is no difference between schemas.
impl PartialEq for Lookup {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Schema {
    /// The indexes of a table or materialized view that no constraint owns.
    pub fn indexes_of(&self, table: &Name) -> impl Iterator<Item = &Id> {
        self.parts_by_table().indexes.get(table).into_iter().flatten()
    }

    /// The partitions of a table, as they are attached to it.
    pub fn partitions_of(&self, table: &Name) -> impl Iterator<Item = &Id> {
        self.parts_by_table().partitions.get(table).into_iter().flatten()
    }

    /// What is attached to the indexes of a partitioned table.
    pub fn index_parts_of(&self, table: &Name) -> impl Iterator<Item = &Id> {
        self.parts_by_table().beneath_indexes.get(table).into_iter().flatten()
    }

    /// The tables that inherit from a table, its partitions among them.
    pub fn heirs_of(&self, table: &Name) -> impl Iterator<Item = &Name> {
        self.parts_by_table().heirs.get(table).into_iter().flatten()
    }

    /// The tables and domains that have a constraint of that name, in the namespace that is the name's first part. NOT NULL
    /// is one of them, whether or not the server has a name for it.
    pub fn holders_of_constraint(&self, name: &Name) -> impl Iterator<Item = &Name> {
        self.parts_by_table().constraints.get(name).into_iter().flatten()
    }

    fn parts_by_table(&self) -> &Parts {
        self.lookup.0.get_or_init(|| {
            let mut parts = Parts::default();
            let from = |kind: Kind| self.objects.range(Id::first(kind)..);
            for (id, object) in from(Kind::Attachment) {
                let Body::Attachment(attachment) = &object.body else { break };
                parts.partitions.entry(attachment.parent.clone()).or_default().push(id.clone());
                parts.heirs.entry(attachment.parent.clone()).or_default().push(attachment.table.clone());
            }
            for (_, object) in from(Kind::Inheritance) {
                let Body::Inheritance(inheritance) = &object.body else { break };
                parts.heirs.entry(inheritance.parent.clone()).or_default().push(inheritance.table.clone());
            }
            for (id, object) in from(Kind::Index) {
                let Body::Index(index) = &object.body else { break };
                parts.indexes.entry(index.table.clone()).or_default().push(id.clone());
            }
            for (id, object) in from(Kind::IndexAttachment) {
                let Body::IndexAttachment(attachment) = &object.body else { break };
                parts.beneath_indexes.entry(attachment.parent_table.clone()).or_default().push(id.clone());
            }
            for object in self.objects.values() {
                let (table, name) = match &object.body {
                    Body::Column(column) if column.not_null => {
                        (&column.table, not_null::name_in(column, self))
                    }
                    Body::Constraint(constraint) => (&constraint.table, constraint.name.clone()),
                    Body::ForeignKey(key) => (&key.table, key.name.clone()),
                    Body::DomainConstraint(constraint) => (&constraint.domain, constraint.name.clone()),
                    _ => continue,
                };
                parts.constraints.entry(Name(table.0.clone(), name)).or_default().insert(table.clone());
            }
            parts
        })
    }
}
