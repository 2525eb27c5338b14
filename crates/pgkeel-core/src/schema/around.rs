//! What surrounds a few objects, so that SQL about them need not be planned for a whole schema.

use std::collections::{BTreeMap, BTreeSet};

use super::{Id, Schema};
use crate::object::Kind;

impl Schema {
    /// These objects, what they are parts of and its other parts, what needs them, and everything that all of those need.
    pub fn around(&self, ids: &BTreeSet<Id>) -> BTreeSet<Id> {
        let mut found: BTreeSet<Id> = ids.iter().filter(|id| self.has(id)).cloned().collect();
        let needed_by = self.needed_by();
        let mut stack: Vec<Id> = found.iter().cloned().collect();
        while let Some(id) = stack.pop() {
            let users = needed_by.get(&id).into_iter().flatten().map(|user| (*user).clone());
            stack.extend(users.filter(|user| found.insert(user.clone())));
        }
        let parents = |id: &Id| self.body(id).map(|body| body.parents(self)).unwrap_or_default();
        let mut stack: Vec<Id> = found.iter().cloned().collect();
        while let Some(id) = stack.pop() {
            stack.extend(parents(&id).into_iter().filter(|one| self.has(one) && found.insert(one.clone())));
        }
        // Parts, and their parts: a column's default. A namespace has everything in it for parts; that is no neighbourhood.
        loop {
            let near = |one: &Id| one.kind != Kind::Namespace && found.contains(one);
            let is_part = |id: &&Id| !found.contains(*id) && parents(id).first().is_some_and(near);
            let parts: Vec<Id> = self.objects.keys().filter(is_part).cloned().collect();
            if parts.is_empty() {
                break;
            }
            found.extend(parts);
        }
        let beneath: Vec<Id> = found.iter().flat_map(|id| self.everything_beneath(id)).cloned().collect();
        found.extend(beneath);
        found
    }

    /// The same schema with only these of its objects.
    #[must_use]
    pub fn only(&self, ids: &BTreeSet<Id>) -> Self {
        let objects = self.objects.iter().filter(|(id, _)| ids.contains(id));
        let needs: BTreeMap<Id, BTreeSet<Id>> = self
            .needs
            .iter()
            .filter(|(id, _)| ids.contains(id))
            .map(|(id, own)| (id.clone(), own.clone()))
            .collect();
        Self {
            version: self.version,
            objects: objects.map(|(id, object)| (id.clone(), object.clone())).collect(),
            needs,
            ..Self::default()
        }
    }
}
