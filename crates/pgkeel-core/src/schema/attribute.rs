//! What every kind of object has: owner, comment, grants and security labels. Handled here once for all kinds.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// Who holds a privilege.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grantee {
    /// The object's owner, whoever that is.
    Owner,
    /// Every role.
    Public,
    /// A role by name.
    Role(String),
}

/// One privilege held by one grantee.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    /// Who holds it.
    pub grantee: Grantee,
    /// E.g. `SELECT`, as `aclexplode` writes it.
    pub privilege: String,
    /// With the right to grant it on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub grantable: bool,
    /// Who granted it, when that is not the owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grantor: Option<String>,
}

/// What every kind of object has.
///
/// Grants are kept as the difference from what PostgreSQL gives when nobody granted anything (`acldefault`), so a
/// missing list and one that spells out the default are equal, and servers that know different privileges are too.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Attributes {
    /// Role that owns it; `None` when unknown, which differs from nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// `COMMENT ON`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Held, and not by default; in the order of the catalog, which has no meaning.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub granted: Vec<Grant>,
    /// Not held, although it is by default.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revoked: Vec<Grant>,
    /// `SECURITY LABEL`, by provider.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Extensions that take it along when they are dropped: `DEPENDS ON EXTENSION`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub extensions: BTreeSet<String>,
}

impl Attributes {
    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        let Self { owner, comment, granted, revoked, labels, extensions } = self;
        owner.is_none()
            && comment.is_none()
            && granted.is_empty()
            && revoked.is_empty()
            && labels.is_empty()
            && extensions.is_empty()
    }

    /// Whether what has no order is written in the one that [`Attributes::sort`] gives it.
    pub fn is_sorted(&self) -> bool {
        self.granted.is_sorted() && self.revoked.is_sorted()
    }

    /// Sorts what has no order, so that equal attributes are written alike.
    pub fn sort(&mut self) {
        self.granted.sort();
        self.revoked.sort();
    }
}

impl PartialEq for Attributes {
    fn eq(&self, other: &Self) -> bool {
        let same = |one: &[Grant], other: &[Grant]| {
            let sorted = |grants: &[Grant]| {
                let mut grants = grants.to_vec();
                grants.sort();
                grants
            };
            one == other || one.len() == other.len() && sorted(one) == sorted(other)
        };
        (self.owner.is_none() || other.owner.is_none() || self.owner == other.owner)
            && self.comment == other.comment
            && self.labels == other.labels
            && self.extensions == other.extensions
            && same(&self.granted, &other.granted)
            && same(&self.revoked, &other.revoked)
    }
}
