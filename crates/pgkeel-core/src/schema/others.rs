//! Several histories in one database: which objects another application's history vouches for, so that they are nobody's
//! difference.

use std::collections::{BTreeMap, BTreeSet};

use super::{Id, Lookup, Schema};
use crate::object::Kind;

/// What the other histories of a database have recorded.
#[derive(Debug, Clone, Default)]
pub struct Others(Vec<Other>);

/// One of them.
#[derive(Debug, Clone)]
pub struct Other {
    /// The namespace of its history.
    pub namespace: String,
    /// The schema that it recorded last; none when it has recorded none, or it may not be read.
    pub schema: Option<Schema>,
    /// What was there before its first migration: it vouches for none of it.
    pub found: BTreeSet<Id>,
}

impl Others {
    /// From what was read of each. What every new database holds is nobody's.
    pub fn new(mut others: Vec<Other>) -> Self {
        for Other { schema, found, .. } in &mut others {
            let version = schema.as_ref().map_or(0, |schema| schema.version);
            found.extend(Schema::of_empty_database(version).objects.into_keys());
        }
        Self(others)
    }

    /// Whether there is no other history.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The namespaces of histories of which it is not known what they made.
    pub fn unknown(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|other| other.schema.is_none()).map(|other| other.namespace.as_str())
    }

    /// The namespace of the history that vouches for an object of `live`; for a part of a table that is whoever vouches for
    /// the table.
    pub fn owner(&self, id: &Id, live: &Schema) -> Option<&str> {
        let whole = whole(id, live);
        let other = self.0.iter().find(|other| {
            let recorded = other.schema.as_ref().is_some_and(|schema| schema.has(&whole));
            recorded && !other.found.contains(&whole)
        });
        other.map(|other| other.namespace.as_str())
    }

    /// Whether another history has recorded the object exactly as it is.
    fn is_as_theirs(&self, id: &Id, live: &Schema) -> bool {
        let is = live.objects.get(id);
        self.0.iter().filter_map(|other| other.schema.as_ref()).any(|schema| schema.objects.get(id) == is)
    }
}

impl Schema {
    /// The objects that stand for themselves: not the columns, indexes and whatever else is a part of another.
    pub fn wholes(&self) -> impl Iterator<Item = &Id> {
        self.objects.keys().filter(|id| whole(id, self) == **id)
    }

    /// The same schema without what others vouch for. What is left may use a namespace or an extension that others made, too:
    /// that stays.
    #[must_use]
    pub fn without_theirs(self, others: &Others) -> Self {
        if others.is_empty() {
            return self;
        }
        let theirs: BTreeSet<Id> =
            self.objects.keys().filter(|id| others.owner(id, &self).is_some()).cloned().collect();
        let shared = |id: &Id| matches!(id.kind, Kind::Namespace | Kind::Extension);
        let own = self.objects.keys().filter(|id| !theirs.contains(id));
        let mut used: BTreeSet<Id> =
            own.flat_map(|id| self.needs_of(id)).filter(|id| shared(id)).cloned().collect();
        let beneath: Vec<Id> =
            used.iter().flat_map(|id| self.everything_beneath(id)).filter(|id| shared(id)).cloned().collect();
        used.extend(beneath);
        self.without_those(|id| theirs.contains(id) && !used.contains(id))
    }

    /// What is expected, and beside it what others vouch for, as `live` has it; in objects of both, what others have made of
    /// them. And whose histories vouch for how many objects that are not expected here.
    #[must_use]
    pub fn with_theirs(mut self, live: &Self, others: &Others) -> (Self, BTreeMap<String, usize>) {
        let mut counts = BTreeMap::new();
        if others.is_empty() {
            return (self, counts);
        }
        let mut theirs = Vec::new();
        for (id, object) in &live.objects {
            let is_theirs = match self.objects.get(id) {
                Some(expected) => expected != object && others.is_as_theirs(id, live),
                // A part that somebody else added to what is expected here is a difference.
                None if self.has(&whole(id, live)) => false,
                None => match others.owner(id, live) {
                    Some(owner) if whole(id, live) == *id => {
                        *counts.entry(owner.to_owned()).or_default() += 1;
                        true
                    }
                    owner => owner.is_some(),
                },
            };
            if is_theirs {
                theirs.push(id);
            }
        }
        for id in theirs {
            self.take(id, live);
        }
        (self, counts)
    }

    /// The same schema with the objects for which `others` is true as `live` has them, also where it has none.
    #[must_use]
    pub fn with_those_of(mut self, live: &Self, others: impl Fn(&Id) -> bool) -> Self {
        for id in crate::diff::diff(&self, live).into_keys().filter(|id| others(id)) {
            self.take(&id, live);
        }
        self
    }

    fn take(&mut self, id: &Id, live: &Self) {
        match live.objects.get(id) {
            Some(object) => {
                self.objects.insert(id.clone(), object.clone());
                self.needs.insert(id.clone(), live.needs.get(id).cloned().unwrap_or_default());
            }
            None => {
                self.objects.remove(id);
                self.needs.remove(id);
            }
        }
        self.lookup = Lookup::default();
    }
}

/// The table of a column, an index, a trigger and so on; any other object itself.
fn whole(id: &Id, schema: &Schema) -> Id {
    let mut whole = id.clone();
    // Parts of parts of parts: a default's column's table. No chain is longer, and none may turn in a circle.
    for _ in 0..8 {
        let parents =
            schema.objects.get(&whole).map(|object| object.body.parents(schema)).unwrap_or_default();
        match parents.into_iter().next() {
            Some(parent) if parent.kind != Kind::Namespace && schema.has(&parent) => whole = parent,
            _ => break,
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Other, Others};
    use crate::schema::Schema;
    use crate::schema::expected::tests::with_namespaces;

    fn schema(names: &[&str]) -> Schema {
        with_namespaces(Schema::of_empty_database(170_000), names)
    }

    fn others(names: &[&str], found: &[&str]) -> Others {
        let found =
            found.iter().map(|name| format!("namespace {name}").parse().unwrap()).collect::<BTreeSet<_>>();
        Others::new(vec![Other { namespace: "two".to_owned(), schema: Some(schema(names)), found }])
    }

    #[test]
    fn what_another_history_vouches_for_is_expected_and_what_nobody_does_is_not() {
        let live = schema(&["mine", "theirs", "found", "rogue", "public:ours"]);
        let others = others(&["theirs", "found", "gone", "public:ours"], &["found"]);
        let (expected, counts) = schema(&["mine", "missing"]).with_theirs(&live, &others);
        assert_eq!(expected, schema(&["mine", "missing", "theirs", "public:ours"]));
        assert_eq!(counts.into_iter().collect::<Vec<_>>(), [("two".to_owned(), 1)]);
        assert_eq!(live.without_theirs(&others), schema(&["mine", "found", "rogue", "public:ours"]));
    }

    #[test]
    fn what_both_expect_differs_unless_the_other_made_it_so() {
        let live = schema(&["both:by hand"]);
        let other = others(&["both"], &[]);
        assert_eq!(schema(&["both"]).with_theirs(&live, &other).0, schema(&["both"]));
        let other = others(&["both:by hand"], &[]);
        assert_eq!(schema(&["both"]).with_theirs(&live, &other).0, schema(&["both:by hand"]));
    }
}
