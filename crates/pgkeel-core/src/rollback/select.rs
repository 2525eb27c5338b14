//! Which entries a rollback takes out, newest first.

use crate::history::Entry;
use crate::migration::Version;
use crate::pending::Obstacle;

/// How far back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Everything behind this version; version 0 is the empty database.
    To(Version),
    /// So many migrations.
    Steps(usize),
}

/// The entries to roll back, in the order in which that is done: the last applied first, since it may stand on all
/// others. Late arrivals make that another order than that of the versions.
///
/// # Errors
/// The version to go back to is not in the history.
pub fn select<'e>(entries: &'e [Entry], wish: &Wish) -> Result<Vec<&'e Entry>, Obstacle> {
    let mut newest: Vec<&Entry> = entries.iter().collect();
    newest.sort_by(|a, b| (&b.applied_at, &b.version).cmp(&(&a.applied_at, &a.version)));
    match wish {
        Wish::Steps(count) => newest.truncate(*count),
        Wish::To(version) => {
            let known = version.key() == "0" || entries.iter().any(|entry| entry.version == *version);
            if !known {
                return Err(Obstacle {
                    message: format!(
                        "version {version} is not in the history, so there is no going back to it"
                    ),
                    help: "`pgkeel log` lists what is applied; 0 takes everything back".to_owned(),
                });
            }
            newest.retain(|entry| entry.version > *version);
        }
    }
    Ok(newest)
}

#[cfg(test)]
mod tests {
    use super::{Wish, select};
    use crate::history::{Entry, Outcome};
    use crate::migration::Version;

    fn entry(version: &str, applied_at: &str) -> Entry {
        Entry {
            version: Version::parse(version).unwrap(),
            name: "x".to_owned(),
            checksum_algorithm: String::new(),
            checksum: String::new(),
            outcome: Outcome::Applied,
            statements: 1,
            applied_by: String::new(),
            applied_at: applied_at.to_owned(),
            duration_ms: None,
            tool_version: String::new(),
            fingerprint: None,
            down_script: None,
            destroyed: None,
        }
    }

    #[test]
    fn the_last_applied_goes_first_also_when_it_arrived_late() {
        let entries = [entry("1", "a"), entry("2", "c"), entry("3", "b")];
        let versions = |wish| -> Vec<String> {
            select(&entries, &wish).unwrap().iter().map(|entry| entry.version.to_string()).collect()
        };
        assert_eq!(versions(Wish::Steps(2)), ["2", "3"]);
        assert_eq!(versions(Wish::To(Version::parse("1").unwrap())), ["2", "3"]);
        assert_eq!(versions(Wish::To(Version::parse("000").unwrap())), ["2", "3", "1"]);
        assert!(select(&entries, &Wish::To(Version::parse("9").unwrap())).is_err());
    }
}
