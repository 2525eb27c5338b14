//! A partition's index names the index that it is attached to, and is named by what attaches it: both follow a rename.

use crate::object::{Body, Kind};
use crate::schema::{Id, Name, Schema};

/// An index that gets another name: one of its own, or that of a constraint.
pub struct Moved<'a> {
    table: Name,
    before: &'a str,
    after: &'a str,
}

impl<'a> Moved<'a> {
    /// `None` when what is renamed has no index of its name.
    pub fn of(from: &'a Id, to: &'a Id, schema: &Schema) -> Option<Self> {
        let table = match schema.body(from)? {
            Body::Index(index) => &index.table,
            Body::Constraint(constraint) if matches!(constraint.kind.as_str(), "p" | "u" | "x") => {
                &constraint.table
            }
            _ => return None,
        };
        Some(Self { table: table.clone(), before: from.parts.last()?, after: to.parts.last()? })
    }

    /// The id of an attachment of the index.
    pub fn follow_id(&self, id: &Id, schema: &Schema) -> Option<Id> {
        match schema.body(id) {
            Some(Body::IndexAttachment(part)) if part.table == self.table && part.index.1 == self.before => {
                Some(Id::new(Kind::IndexAttachment, [&part.index.0, self.after]))
            }
            _ => None,
        }
    }

    /// Gives a definition that names the index its new name.
    pub fn follow(&self, body: &mut Body) {
        match body {
            Body::Index(index) => self.follow_parent(index.attached_to.as_mut()),
            Body::Constraint(constraint) => self.follow_parent(constraint.attached_to.as_mut()),
            Body::IndexAttachment(part) => {
                if part.table == self.table && part.index.1 == self.before {
                    self.after.clone_into(&mut part.index.1);
                }
                if part.parent_table == self.table && part.parent == self.before {
                    self.after.clone_into(&mut part.parent);
                }
            }
            _ => {}
        }
    }

    fn follow_parent(&self, parent: Option<&mut crate::object::index::ParentIndex>) {
        if let Some(parent) =
            parent.filter(|parent| parent.table == self.table && parent.index == self.before)
        {
            self.after.clone_into(&mut parent.index);
        }
    }
}
