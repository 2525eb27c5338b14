//! EXCLUDE on partitioned tables (PostgreSQL 17): no partition's own can be attached to the parent's, so that PostgreSQL makes
//! it there with the parent's or with the partition, under a name of its choice.

use super::constraint::Constraint;
use super::index::index_or_constraint;
use super::{Kind, Site};
use crate::plan::Step;
use crate::schema::Id;
use crate::sql::given_name::{joined, of_keys};
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
        let given = self.given();
        let is_new = site.created.contains(&index_or_constraint(table, &constraint.name, site.new));
        (given != constraint.name && is_new)
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

    /// The name that PostgreSQL gives it.
    fn given(&self) -> String {
        let Self(constraint) = self;
        let keys = constraint.definition.split_once('(').map_or("", |(_, keys)| keys);
        let keys = keys.split(", ").filter_map(|key| key.split_once(" WITH ")).map(|(key, _)| {
            // A call gives it the function's name.
            let (name, call) = key.split_once('(').unwrap_or((key, ""));
            let name = if call.is_empty() { name.split(' ').next() } else { name.rsplit('.').next() };
            let is_plain = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
            let name = name.unwrap_or_default().trim_matches('"');
            Some(name).filter(|name| !name.is_empty() && name.chars().all(is_plain))
        });
        joined(&constraint.table.1, Some(&of_keys(keys)), "excl")
    }
}
