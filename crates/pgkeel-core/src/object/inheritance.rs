//! That a table inherits from another (`pg_inherits`), partitions aside. An object of its own: the two tables live
//! before and after, and while it is not there each changes by itself.

use serde::{Deserialize, Serialize};

use super::{Alteration, Body, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Name, Schema};

/// One parent of one table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inheritance {
    /// The table that inherits.
    pub table: Name,
    /// The table that it inherits from.
    pub parent: Name,
}

impl Inheritance {
    /// The name of the inheritance of one table from another.
    pub fn id_of(table: &Name, parent: &Name) -> Id {
        Id::new(Kind::Inheritance, [&table.0, &table.1, &parent.0, &parent.1])
    }

    fn table_id(&self) -> Id {
        Id::new(Kind::Table, [&self.table.0, &self.table.1])
    }

    fn parent_id(&self) -> Id {
        Id::new(Kind::Table, [&self.parent.0, &self.parent.1])
    }
}

impl Define for Inheritance {
    fn id(&self) -> Id {
        Self::id_of(&self.table, &self.parent)
    }

    fn target(&self) -> Target {
        Target::new("TABLE", self.table.to_string())
    }

    fn create(&self, site: &Site) -> Vec<Step> {
        if site.inline.contains(&self.id()) {
            return vec![];
        }
        vec![Step::new(format!("ALTER TABLE {} INHERIT {}", self.table, self.parent))]
    }

    fn remove(&self, _site: &Site) -> Vec<Step> {
        vec![Step::new(format!("ALTER TABLE {} NO INHERIT {}", self.table, self.parent))]
    }

    fn alter(&self, _old: &Self, _site: &Site) -> Alteration {
        Alteration::Same
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![self.table_id()]
    }

    fn folds_into(&self, _site: &Site) -> Option<Id> {
        Some(self.table_id())
    }

    /// What has to agree before.
    fn needs(&self, site: &Site) -> Vec<Id> {
        let mut needs = vec![self.parent_id()];
        if site.inline.contains(&self.id()) {
            return needs;
        }
        for table in [&self.table, &self.parent] {
            needs.extend(site.new.parts(Kind::Column, table).map(|(id, _)| id.clone()));
            needs.extend(site.new.parts(Kind::Constraint, table).map(|(id, _)| id.clone()));
        }
        needs
    }
}

/// What connects two tables in a schema: an attachment or an inheritance.
fn connection(child: &Name, parent: &Name, schema: &Schema) -> Option<Id> {
    let attachment = Id::new(Kind::Attachment, [&child.0, &child.1]);
    match schema.body(&attachment) {
        Some(Body::Attachment(found)) => (found.parent == *parent).then_some(attachment),
        _ => Some(Inheritance::id_of(child, parent)).filter(|id| schema.has(id)),
    }
}

/// Whether one table is a partition or an inheritance child of another before, after, and all the time between.
pub fn stays_child(child: &Name, parent: &Name, site: &Site) -> bool {
    connection(child, parent, site.old).is_some_and(|connection_before| {
        connection(child, parent, site.new).as_ref() == Some(&connection_before)
            && !site.apart.contains(&connection_before)
    })
}

/// The tables that inherit from a table, or are its partitions, and are so all the time.
pub fn lasting_heirs(parent: &Name, site: &Site) -> Vec<Name> {
    site.old.heirs_of(parent).filter(|table| stays_child(table, parent, site)).cloned().collect()
}

/// As [`lasting_heirs`], with theirs.
pub fn lasting_descendants(parent: &Name, site: &Site) -> Vec<Name> {
    let mut found = lasting_heirs(parent, site);
    let mut next = 0;
    while let Some(table) = found.get(next).cloned() {
        next += 1;
        for heir in lasting_heirs(&table, site) {
            if !found.contains(&heir) {
                found.push(heir);
            }
        }
    }
    found
}
