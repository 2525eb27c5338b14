//! Where a database stands among the versions of its schema: at one of them, between two, or nowhere.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::diff::diff;
use crate::migration::Version;
use crate::schema::{Id, Schema};

/// Where a database stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Place {
    /// Exactly the schema after this migration; `None` is the one before the first.
    Version {
        /// The migration.
        version: Option<Version>,
    },
    /// Everything is as before or as after this migration, and there is some of both.
    Between {
        /// The migration before it; `None` for the first.
        after: Option<Version>,
        /// The migration of which only a part is there.
        before: Version,
        /// Objects that are as after it.
        done: usize,
        /// Objects that it changes.
        of: usize,
    },
    /// None of the known versions.
    Nowhere {
        /// The version that differs least; `None` is the one before the first.
        nearest: Option<Version>,
        /// Objects that differ from it.
        differences: usize,
    },
}

/// Finds the place of `live` among `states`: the schema before the first migration (`None`) and after each, in order. Where
/// migrations change no schema several states are equal: the last of them up to `expected`, or else the last.
pub fn place(live: &Schema, states: &[(Option<Version>, Schema)], expected: Option<&Version>) -> Place {
    let fingerprint = live.fingerprint();
    let equal: Vec<&Option<Version>> = states
        .iter()
        .filter(|(_, schema)| schema.fingerprint() == fingerprint)
        .map(|(version, _)| version)
        .collect();
    let up_to = |version: &&&Option<Version>| match (version, expected) {
        (Some(version), Some(expected)) => version <= expected,
        (None, _) => true,
        (Some(_), None) => false,
    };
    if let Some(version) = equal.iter().rev().find(up_to).or(equal.last()) {
        return Place::Version { version: (*version).clone() };
    }
    let differs: Vec<BTreeSet<Id>> =
        states.iter().map(|(_, schema)| diff(schema, live).into_keys().collect()).collect();
    for (pair, live) in states.windows(2).zip(differs.windows(2)) {
        if let ([(after, old), (Some(before), new)], [from_old, from_new]) = (pair, live) {
            let step: BTreeSet<Id> = diff(old, new).into_keys().collect();
            let within =
                from_old.is_subset(&step) && from_new.is_subset(&step) && from_old.is_disjoint(from_new);
            if within {
                let (done, of) = (from_old.len(), step.len());
                return Place::Between { after: after.clone(), before: before.clone(), done, of };
            }
        }
    }
    let nearest = states.iter().zip(&differs).min_by_key(|(_, differs)| differs.len());
    let (nearest, differences) =
        nearest.map(|((version, _), differs)| (version.clone(), differs.len())).unwrap_or_default();
    Place::Nowhere { nearest, differences }
}

#[cfg(test)]
mod tests {
    use super::{Place, place};
    use crate::migration::Version;
    use crate::object::namespace::Namespace;
    use crate::schema::{Object, Schema};

    fn schema(names: &[&str]) -> Schema {
        let mut schema = Schema::of_empty_database(170_000);
        for name in names {
            schema.insert(Object::new(Namespace { name: (*name).to_owned() }.into()));
        }
        schema
    }

    #[test]
    fn a_database_is_at_a_version_between_two_or_nowhere() {
        let version = |text| Version::parse(text);
        let states = [
            (None, schema(&[])),
            (version("1"), schema(&["a"])),
            (version("2"), schema(&["a"])),
            (version("3"), schema(&["a", "b", "c"])),
        ];
        let at = |names: &[&str], expected: Option<&str>| {
            place(&schema(names), &states, expected.and_then(Version::parse).as_ref())
        };
        assert_eq!(at(&[], None), Place::Version { version: None });
        assert_eq!(at(&["a"], Some("1")), Place::Version { version: version("1") });
        assert_eq!(at(&["a"], Some("3")), Place::Version { version: version("2") });
        assert_eq!(
            at(&["a", "c"], None),
            Place::Between { after: version("2"), before: Version::parse("3").unwrap(), done: 1, of: 2 }
        );
        assert_eq!(at(&["a", "b", "c", "d"], None), Place::Nowhere { nearest: version("3"), differences: 1 });
    }
}
