//! Foreign keys (`pg_constraint` with contype `f`), but those that partitions have from their parents.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Alteration, Body, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Name, Schema};
use crate::sql::ident::Ident;

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ForeignKey {
    /// The referencing table.
    pub table: Name,
    /// Name.
    pub name: String,
    /// As `pg_get_constraintdef` writes it.
    pub definition: String,
}

/// Which table references which, by the foreign keys of a schema.
pub fn references(schema: &Schema) -> Vec<(Name, Name)> {
    let keys = schema.objects.range(Id::first(Kind::ForeignKey)..).map_while(|(id, object)| match &object.body {
        Body::ForeignKey(key) => Some((id, key)),
        _ => None,
    });
    let mut found = vec![];
    for (id, key) in keys {
        let needed = schema.needs_of(id).filter(|needed| matches!(needed.kind, Kind::Table | Kind::Column));
        for needed in needed {
            if let [namespace, name, ..] = needed.parts.as_ref() {
                found.push((key.table.clone(), Name(namespace.clone(), name.clone())));
            }
        }
    }
    found
}

/// A definition without what ALTER CONSTRAINT can change, and that.
fn split(definition: &str) -> (&str, &str) {
    let place = [" DEFERRABLE", " NOT DEFERRABLE"].iter().filter_map(|word| definition.find(word)).min();
    definition.split_at_checked(place.unwrap_or(definition.len())).unwrap_or((definition, ""))
}

impl ForeignKey {
    /// The keys and unique indexes that it stands on.
    fn keys<'s>(&self, schema: &'s Schema) -> BTreeSet<&'s Id> {
        let needed = schema.needs.get(&self.id()).into_iter().flatten();
        needed.filter(|needed| matches!(needed.kind, Kind::Constraint | Kind::Index)).collect()
    }
}

impl Define for ForeignKey {
    fn id(&self) -> Id {
        Id::new(Kind::ForeignKey, [&self.table.0, &self.table.1, &self.name])
    }

    fn target(&self) -> Target {
        Target::new("CONSTRAINT", format!("{} ON {}", Ident(&self.name), self.table))
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        let name = Ident(&self.name);
        vec![Step::new(format!("ALTER TABLE {} ADD CONSTRAINT {name} {}", self.table, self.definition))]
    }

    fn remove(&self, _site: &Site) -> Vec<Step> {
        vec![Step::new(format!("ALTER TABLE {} DROP CONSTRAINT {}", self.table, Ident(&self.name)))]
    }

    fn alter(&self, old: &Self, site: &Site) -> Alteration {
        if old == self {
            return Alteration::Same;
        }
        // It holds on to the key or index that it was made with.
        if self.keys(site.old) != self.keys(site.new) {
            return Alteration::Replace;
        }
        let (table, name) = (&self.table, Ident(&self.name));
        if old.definition.strip_suffix(" NOT VALID") == Some(&self.definition) {
            return Alteration::Steps(vec![Step::new(format!("ALTER TABLE {table} VALIDATE CONSTRAINT {name}"))]);
        }
        let ((before, was), (after, is)) = (split(&old.definition), split(&self.definition));
        let plain = |tail: &str| !tail.contains("NOT VALID") && !tail.contains("NOT ENFORCED");
        if before == after && plain(was) && plain(is) {
            let is = if is.is_empty() { " NOT DEFERRABLE" } else { is };
            return Alteration::Steps(vec![Step::new(format!("ALTER TABLE {table} ALTER CONSTRAINT {name}{is}"))]);
        }
        Alteration::Replace
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Table, [&self.table.0, &self.table.1])]
    }

    fn occupies(&self) -> Vec<String> {
        vec![format!("constraint {} {}", self.table, Ident(&self.name))]
    }
}
