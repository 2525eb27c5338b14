//! EXCLUDE on partitioned tables (PostgreSQL 17): no partition's own can be attached to the parent's, so that PostgreSQL makes
//! it there with the parent's or with the partition, under a name of its choice.

use super::constraint::Constraint;
use super::index::index_or_constraint;
use super::{Body, Kind, Site};
use crate::plan::Step;
use crate::schema::Id;
use crate::sql::effect::{ConstraintKind, What, read};
use crate::sql::given_name::{free, of_keys};
use crate::sql::ident::Ident;

/// An exclusion constraint of a partitioned table or of its partition.
pub struct Exclusion<'a>(pub &'a Constraint);

impl Exclusion<'_> {
    /// The steps that create it: the parent's makes those of the partitions, which at most get another name.
    pub fn create(&self, site: &Site) -> Vec<Step> {
        let Self(constraint) = self;
        let (table, name) = (&constraint.table, Ident(&constraint.name));
        if constraint.attached_to.is_none() {
            return vec![Step::new(format!("ALTER TABLE {table} ADD {}", constraint.clause()))];
        }
        let given = self.given(site);
        (given != constraint.name && self.is_made(site))
            .then(|| Step::new(format!("ALTER TABLE {table} RENAME CONSTRAINT {} TO {name}", Ident(&given))))
            .into_iter()
            .collect()
    }

    /// What makes it, where that is another object: the parent's, or that the table becomes a partition.
    pub fn needs(&self) -> Vec<Id> {
        let Self(constraint) = self;
        let Some(above) = &constraint.attached_to else { return vec![] };
        let parent = Id::new(Kind::Constraint, [&above.table.0, &above.table.1, &above.index]);
        vec![parent, Id::new(Kind::Attachment, [&constraint.table.0, &constraint.table.1])]
    }

    fn is_made(&self, site: &Site) -> bool {
        site.created.contains(&index_or_constraint(&self.0.table, &self.0.name, site.new))
    }

    /// The name that PostgreSQL gives it: the first that is free when those of the same table are made in the order of their
    /// parents'.
    fn given(&self, site: &Site) -> String {
        let table = &self.0.table;
        let made = site.new.parts(Kind::Constraint, table).filter_map(|(_, object)| match &object.body {
            Body::Constraint(other) => other.as_exclusion_of_partitions(),
            _ => None,
        });
        let mut made: Vec<Exclusion> =
            made.filter(|other| other.0.attached_to.is_some() && other.is_made(site)).collect();
        made.sort_by_key(|other| other.0.attached_to.as_ref().map(|above| &above.index));
        let mut given: Vec<String> = Vec::new();
        for other in made {
            let taken = |name: &str| {
                given.iter().any(|other| other == name)
                    || site.old.has(&index_or_constraint(table, name, site.old))
            };
            let name = free(&table.1, Some(&other.keys()), "excl", &taken);
            if other.0.name == self.0.name {
                return name;
            }
            given.push(name);
        }
        self.0.name.clone()
    }

    /// What its keys add to such a name.
    fn keys(&self) -> String {
        let reading = read(&format!("ALTER TABLE {} ADD {}", self.0.table, self.0.definition));
        let elements = reading.effects.iter().find_map(|effect| match &effect.what {
            What::AddConstraint { constraint, .. } => match &constraint.kind {
                ConstraintKind::Exclude { elements, .. } => Some(elements),
                _ => None,
            },
            _ => None,
        });
        of_keys(elements.into_iter().flatten().map(|element| element.label.as_deref()))
    }
}
