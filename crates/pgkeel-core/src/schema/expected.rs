//! What is expected after a run on a database that somebody else had changed: what was expected before it, and what the run
//! itself changed. The changes of others are not taken over, so they stay visible until they are undone or accepted.

use std::collections::BTreeSet;

use super::{Id, Lookup, Schema};

impl Schema {
    /// The schema to expect after a run that found `before` where `self` was expected, and left `after`. What the run changed
    /// is as it left it, also where it changed what somebody else had changed; everything else is as it was expected.
    #[must_use]
    pub fn expected_after(&self, before: &Self, after: &Self) -> Self {
        let taken: BTreeSet<Id> = before.objects.keys().filter(|id| !after.has(id)).cloned().collect();
        let mut expected = if taken.is_empty() { self.clone() } else { self.without(&taken) };
        for (id, object) in &after.objects {
            let (was, wanted) = (before.objects.get(id), self.objects.get(id));
            if was == Some(object) && was != wanted {
                continue;
            }
            expected.objects.insert(id.clone(), object.clone());
            match after.needs.get(id) {
                Some(needs) => expected.needs.insert(id.clone(), needs.clone()),
                None => expected.needs.remove(id),
            };
        }
        expected.version = after.version;
        expected.unsupported.clone_from(&after.unsupported);
        expected.lookup = Lookup::default();
        expected
    }

    /// The same schema without the objects that `others` says are somebody else's.
    #[must_use]
    pub fn without_those(mut self, others: impl Fn(&Id) -> bool) -> Self {
        let gone: BTreeSet<Id> = self.objects.keys().filter(|id| others(id)).cloned().collect();
        if !gone.is_empty() {
            self.objects.retain(|id, _| !gone.contains(id));
            self.needs.retain(|id, _| !gone.contains(id));
            self.lookup = Lookup::default();
        }
        self
    }
}

#[cfg(test)]
pub(super) mod tests {
    use crate::object::namespace::Namespace;
    use crate::schema::{Object, Schema};

    /// A schema with these namespaces, each with a comment when one stands behind a colon.
    pub fn with_namespaces(mut schema: Schema, names: &[&str]) -> Schema {
        for name in names {
            let (name, comment) = name.split_once(':').unwrap_or((name, ""));
            let mut object = Object::new(Namespace { name: name.to_owned() }.into());
            object.attributes.comment = (!comment.is_empty()).then(|| comment.to_owned());
            schema.insert(object);
        }
        schema
    }

    fn schema(names: &[&str]) -> Schema {
        with_namespaces(Schema::default(), names)
    }

    #[test]
    fn what_others_changed_is_not_taken_over_and_what_the_run_changed_is() {
        let expected = |recorded: &[&str], before: &[&str], after: &[&str]| {
            schema(recorded).expected_after(&schema(before), &schema(after))
        };
        // `mine` was dropped by hand and `theirs` made; the run adds `new`.
        assert_eq!(
            expected(&["a", "mine"], &["a", "theirs"], &["a", "theirs", "new"]),
            schema(&["a", "mine", "new"])
        );
        // The run drops what was there, and what somebody else made.
        assert_eq!(expected(&["a", "b"], &["a", "b", "theirs"], &["a"]), schema(&["a"]));
        // A comment changed by hand stays a difference; one that the run sets is its own.
        assert_eq!(expected(&["a:old"], &["a:hand"], &["a:hand", "b"]), schema(&["a:old", "b"]));
        assert_eq!(expected(&["a:old"], &["a:hand"], &["a:run"]), schema(&["a:run"]));
        // What the run brings back is as it should be.
        assert_eq!(expected(&["a", "b"], &["a"], &["a", "b"]), schema(&["a", "b"]));
    }
}
