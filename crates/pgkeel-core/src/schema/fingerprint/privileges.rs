//! Privileges that a version of PostgreSQL gives or knows by itself: MAINTAIN, and what every role may do in `public`.

use crate::object::namespace::grants_on_public;
use crate::schema::{Attributes, Grant, Grantee};

/// The privilege on tables that PostgreSQL 17 brought. `GRANT ALL` gives it there, and everything else before.
pub const LATER: &str = "MAINTAIN";

/// The others, of which `GRANT ALL` was made before.
const EARLIER: [&str; 7] = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"];

/// Without MAINTAIN where somebody holds all the others with it.
pub fn without_later(grants: &mut Vec<Grant>) {
    let all = grants.clone();
    grants.retain(|grant| {
        let same = |other: &&Grant| {
            (&other.grantee, &other.grantor, other.grantable)
                == (&grant.grantee, &grant.grantor, grant.grantable)
        };
        let held = |privilege: &&str| all.iter().filter(same).any(|other| other.privilege == *privilege);
        grant.privilege != LATER || !EARLIER.iter().all(held)
    });
}

/// What is another about the namespace `public` than a server makes it. That every role may create in it is what versions
/// before 15 decide by themselves.
pub fn beyond_installed(attributes: &mut Attributes, version: u32) {
    if attributes.owner.as_deref() == Some("pg_database_owner") {
        attributes.owner = None;
    }
    attributes.comment = match attributes.comment.take() {
        Some(comment) if comment == "standard public schema" => None,
        // Taken away, which is not as a server makes it.
        None => Some(String::new()),
        own => own,
    };
    let installed = grants_on_public(150_000);
    let taken = installed.iter().filter(|grant| !attributes.granted.contains(grant)).cloned();
    attributes.revoked.extend(taken.collect::<Vec<_>>());
    let by_version = |grant: &Grant| {
        version < 150_000
            && grant.grantee == Grantee::Public
            && grant.privilege == "CREATE"
            && !grant.grantable
    };
    attributes.granted.retain(|grant| !installed.contains(grant) && !by_version(grant));
}

#[cfg(test)]
mod tests {
    use super::{EARLIER, Grant, Grantee, LATER, without_later};

    #[test]
    fn all_privileges_are_the_same_wish_before_and_after_maintain() {
        let grant = |privilege: &str| Grant {
            grantee: Grantee::Role("r".to_owned()),
            privilege: privilege.to_owned(),
            grantable: false,
            grantor: None,
        };
        let mut all: Vec<Grant> = EARLIER.iter().chain([&LATER]).map(|privilege| grant(privilege)).collect();
        without_later(&mut all);
        assert_eq!(all.len(), EARLIER.len());
        let mut only = vec![grant("SELECT"), grant(LATER)];
        without_later(&mut only);
        assert_eq!(only.len(), 2);
    }
}
