//! Which migrations the database has, by its history or, where rows of it or all of it are gone, by the objects.

use pgkeel_core::expected_objects::{self, Expected};
use pgkeel_core::finding::Severity;
use pgkeel_core::history::Outcome;
use pgkeel_core::migration::{Migration, Version};
use pgkeel_core::repair::Left;

use crate::database::Query;
use crate::error::Error;
use crate::preflight;
use crate::store::Store;

/// What the database claims to have had applied.
pub struct Claims {
    /// Recorded as applied.
    recorded: Vec<Version>,
    /// Not recorded, but their objects are there, in whole or for the most part.
    pub unrecorded: Vec<Version>,
    /// Behind those, migrations that leave no object of their own, such as grants: only the whole schema tells whether they ran.
    pub behind: Vec<Version>,
    /// There is no history.
    pub history_missing: bool,
    /// What the user should know.
    pub notes: Vec<String>,
}

impl Claims {
    /// Takes the first so many of those behind for applied.
    pub fn take_behind(&mut self, count: usize) {
        let rest = self.behind.split_off(count.min(self.behind.len()));
        self.unrecorded.append(&mut self.behind);
        self.behind = rest;
    }

    /// Whether a migration counts as applied.
    pub fn holds(&self, version: &Version) -> bool {
        self.recorded.contains(version) || self.unrecorded.contains(version)
    }

    /// What is said when the objects do not prove it.
    pub fn unproven(&self) -> Left {
        let versions: Vec<&str> = self.unrecorded.iter().map(Version::as_str).collect();
        let list = versions.join(" ");
        Left {
            object: format!("history of {list}"),
            reason: "not all that they make is there, so nothing proves that they ran: they are not recorded"
                .into(),
            command: Some(format!("pgkeel history stamp {list} --force --reason \"...\"")),
            severity: Severity::Error,
        }
    }
}

/// Reads the history, and looks for the objects of the migrations that are not in it.
pub async fn claims(client: &impl Query, store: &Store, migrations: &[Migration]) -> Result<Claims, Error> {
    let history = store.read(client).await?;
    let of = |outcomes: &[Outcome]| -> Vec<Version> {
        let entries = history.entries.iter().filter(|entry| outcomes.contains(&entry.outcome));
        entries.map(|entry| entry.version.clone()).collect()
    };
    let recorded = of(&[Outcome::Applied, Outcome::Stamped]);
    let unfinished: Vec<Version> = history
        .entries
        .iter()
        .filter(|entry| !matches!(entry.outcome, Outcome::Applied | Outcome::Stamped))
        .map(|entry| entry.version.clone())
        .collect();
    let mut notes: Vec<String> = unfinished
        .iter()
        .map(|version| {
            format!("migration {version} was begun and is not finished: `pgkeel migrate` takes it up")
        })
        .collect();
    let known = |version: &Version| recorded.contains(version) || unfinished.contains(version);
    let after = expected_objects::after(migrations);
    let objects: Vec<&Expected> = after.iter().filter(|object| !known(&object.version)).collect();
    let missing = preflight::missing(client, &objects).await?;
    let count = |list: &[&Expected], version: &Version| list.iter().filter(|o| o.version == *version).count();
    let mut unrecorded = Vec::new();
    // Data and alterations leave no object of their own: they ran when something after them did.
    let mut before = Vec::new();
    for migration in migrations.iter().filter(|migration| !known(&migration.version)) {
        let version = &migration.version;
        let (all, gone) = (count(&objects, version), count(&missing, version));
        let proves = if history.exists { all > 0 && gone == 0 } else { all > gone };
        before.push(version.clone());
        if proves {
            if history.exists {
                unrecorded.push(version.clone());
            } else {
                unrecorded.append(&mut before);
            }
        }
    }
    let present = objects.len() - missing.len();
    // A few names in common prove nothing: this is another database, or a new one.
    if !history.exists && present * 2 < objects.len() {
        if present > 0 {
            notes.push(format!(
                "there is no history, and only {present} of the {} objects of the migrations exist: none is taken for applied",
                objects.len()
            ));
        }
        unrecorded.clear();
    }
    let traceless = |version: &&Version| count(&objects, version) == 0;
    let behind = if unrecorded.is_empty() || history.exists {
        vec![]
    } else {
        before.iter().take_while(traceless).cloned().collect()
    };
    Ok(Claims { recorded, unrecorded, behind, history_missing: !history.exists, notes })
}
