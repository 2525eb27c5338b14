//! `status`: files, history and database side by side, without changing any of them.

use std::collections::BTreeMap;

use pgkeel_core::expected_objects::{self, Expected};
use pgkeel_core::foreign_history::ForeignHistory;
use pgkeel_core::health::without_constants;
use pgkeel_core::history::{Entry, Standing, State, compare};
use pgkeel_core::migration::{Migration, Version};
use pgkeel_core::sql::batch;

use crate::answer::{Row, ask, text, truth};
use crate::apply::{changed_step, is_told};
use crate::database::Query;
use crate::error::Error;
use crate::lock::{self, Holder};
use crate::preflight;
use crate::store::{History, LastFailure, Note, Store, last_failure};

/// How a database stands.
#[derive(Debug, Clone)]
pub struct Status {
    /// Its history.
    pub history: History,
    /// Other tools' histories in it.
    pub foreign: Vec<ForeignHistory>,
    /// Other namespaces in which pgkeel has written a history; only looked for when there is none in this one.
    pub elsewhere: Vec<String>,
    /// Objects of recorded migrations that do not exist, by the migration that made them.
    pub missing: BTreeMap<Version, Vec<String>>,
    /// Migrations without a history row of which every object exists.
    pub unrecorded: Vec<Version>,
    /// Of the tables and views that the files create: how many exist, and how many there are.
    pub present: (usize, usize),
    /// The steps in which migrations stopped that are no single transaction.
    pub halted: BTreeMap<Version, Halted>,
    /// What the last attempts at migrations ended with that were rolled back as a whole, and whose files are as they were.
    pub failed: BTreeMap<Version, LastFailure>,
    /// Who is migrating right now.
    pub holder: Option<Holder>,
}

/// A step that was begun and is not known to have ended.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Halted {
    /// Its number, from 1.
    pub step: usize,
    /// The beginning of its statement, on one line.
    pub statement: String,
    /// What the server said; none when the run was interrupted.
    pub error: Option<String>,
    /// Whether nothing in the database tells that it took effect, so that a person has to.
    pub unknown: bool,
    /// A step that is done and reads differently in the file now, which `migrate` refuses.
    pub changed: Option<usize>,
}

/// What the whole of it means, when it is more than a list of pending migrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Situation {
    /// A history, and the objects it speaks of; nothing but pending migrations is to be done.
    Consistent,
    /// Somebody migrates right now.
    Migrating,
    /// A migration, or its rollback, was begun and did not come to its end.
    Unfinished,
    /// The history and the files do not fit: modified, missing, renumbered or out of order.
    FilesDiffer,
    /// No history, and none of the objects: a new database.
    New,
    /// No history, but objects that the migrations create.
    ObjectsWithoutHistory,
    /// No history of pgkeel, but one of another tool.
    OtherTool,
    /// The history says applied, and objects are missing.
    ObjectsMissing,
    /// The objects of migrations exist that the history does not know.
    ObjectsUnrecorded,
}

impl Status {
    /// Looks at a database, in a few round trips whatever its size.
    ///
    /// # Errors
    /// The server did not answer, or the history cannot be read.
    pub async fn read(client: &impl Query, store: &Store, migrations: &[Migration]) -> Result<Self, Error> {
        let (history, foreign, holder) = tokio::try_join!(
            store.read(client),
            preflight::foreign(client, store),
            lock::holder(client, store)
        )?;
        let recorded = migrations.iter().filter(|migration| recorded(&history.entries, migration));
        let by_history = expected_objects::after(recorded);
        let by_files = expected_objects::after(migrations);
        let (of_history, of_files): (Vec<&Expected>, Vec<&Expected>) =
            (by_history.iter().collect(), by_files.iter().collect());
        let (gone, absent, halted, failed, elsewhere) = tokio::try_join!(
            preflight::missing(client, &of_history),
            preflight::missing(client, &of_files),
            halted(client, store, &history, migrations),
            failed(client, store, &history, migrations),
            elsewhere(client, store, &history)
        )?;
        let mut missing: BTreeMap<Version, Vec<String>> = BTreeMap::new();
        for object in gone {
            missing
                .entry(object.version.clone())
                .or_default()
                .push(format!("{} {}", object.word, object.name));
        }
        let unrecorded = unrecorded(&history, migrations, &of_files, &absent);
        let relations = |objects: &[&Expected]| {
            objects.iter().filter(|object| matches!(object.word, "table" | "view")).count()
        };
        let of = relations(&of_files);
        let present = (of - relations(&absent), of);
        Ok(Self { history, foreign, elsewhere, missing, unrecorded, present, halted, failed, holder })
    }

    /// How each migration stands. What is begun is running, not interrupted, while somebody holds the lock.
    pub fn standings<'m: 'e, 'e>(&'e self, migrations: &'m [Migration]) -> Vec<Standing<'m, 'e>> {
        let mut standings = compare(migrations, &self.history.entries);
        for standing in &mut standings {
            let has_failed = standing.version().is_some_and(|version| self.failed.contains_key(version));
            if standing.state == State::Pending && has_failed {
                standing.state = State::Failed;
            }
        }
        if self.holder.is_some() {
            let begun = |standing: &&mut Standing<'_, '_>| {
                matches!(standing.state, State::Interrupted | State::HalfUndone)
            };
            standings.iter_mut().filter(begun).for_each(|standing| standing.state = State::Running);
        }
        standings
    }

    /// Whether the objects of a migration exist; none where nobody knows, because it is begun or its file is gone.
    pub fn objects_exist(&self, standing: &Standing<'_, '_>) -> Option<bool> {
        use pgkeel_core::history::Outcome::{Applied, Stamped};
        let version = standing.version()?;
        match (standing.migration, standing.entry) {
            (_, None) => Some(self.unrecorded.contains(version)),
            (Some(_), Some(entry)) if matches!(entry.outcome, Applied | Stamped) => {
                Some(!self.missing.contains_key(version))
            }
            _ => None,
        }
    }

    /// What it means.
    pub fn situation(&self, migrations: &[Migration]) -> Situation {
        match (self.history.exists, self.missing.is_empty(), self.foreign.is_empty(), self.present.0) {
            (true, true, ..) if !self.unrecorded.is_empty() => Situation::ObjectsUnrecorded,
            (true, true, ..) => self.fits(migrations),
            (true, false, ..) => Situation::ObjectsMissing,
            (false, _, false, _) => Situation::OtherTool,
            (false, _, true, 0) => Situation::New,
            (false, _, true, _) => Situation::ObjectsWithoutHistory,
        }
    }

    /// How history and files fit when every object is where it should be.
    fn fits(&self, migrations: &[Migration]) -> Situation {
        let standings = self.standings(migrations);
        let any = |states: &[State]| standings.iter().any(|standing| states.contains(&standing.state));
        if self.holder.is_some() {
            Situation::Migrating
        } else if any(&[State::Failed, State::Interrupted, State::HalfUndone]) {
            Situation::Unfinished
        } else if any(&[State::Modified, State::Missing, State::Renumbered, State::OutOfOrder]) {
            Situation::FilesDiffer
        } else {
            Situation::Consistent
        }
    }

    /// True when nothing is to be done: every migration is applied, unchanged, and its objects exist.
    pub fn at_head(&self, migrations: &[Migration]) -> bool {
        self.missing.is_empty()
            && self.standings(migrations).iter().all(|standing| standing.state == State::Applied)
    }
}

async fn elsewhere(client: &impl Query, store: &Store, history: &History) -> Result<Vec<String>, Error> {
    if history.exists { Ok(Vec::new()) } else { preflight::other_namespaces(client, store).await }
}

async fn halted(
    client: &impl Query,
    store: &Store,
    history: &History,
    migrations: &[Migration],
) -> Result<BTreeMap<Version, Halted>, Error> {
    use pgkeel_core::history::Outcome::{Failed, Started};
    if !history.entries.iter().any(|entry| matches!(entry.outcome, Started | Failed)) {
        return Ok(BTreeMap::new());
    }
    let (open, done) = (store.open_steps(), store.done_steps());
    let (rows, done) = tokio::try_join!(
        ask(client, "reading the journal", &open),
        ask(client, "reading the journal", &done)
    )?;
    let changed = |version: &Version| {
        let migration = migrations.iter().find(|migration| migration.version == *version)?;
        let of_it = done.iter().filter(|row| text(row, 6) == version.as_str());
        changed_step(&migration.up, &of_it.filter_map(Note::read).collect::<Vec<_>>())
    };
    let halted = |row: &Row| {
        let statement = without_constants(&batch::beginning(&text(row, 2)));
        let error = row.get(3).cloned().flatten();
        let unknown = error.is_none() && truth(row, 4) && !is_told(&text(row, 2));
        let step = text(row, 1).parse().ok()?;
        let version = Version::parse(&text(row, 0))?;
        let changed = changed(&version);
        Some((version, Halted { step, statement, error, unknown, changed }))
    };
    Ok(rows.iter().filter_map(halted).collect())
}

/// Of the migrations that the history does not have.
async fn failed(
    client: &impl Query,
    store: &Store,
    history: &History,
    migrations: &[Migration],
) -> Result<BTreeMap<Version, LastFailure>, Error> {
    let open: Vec<&Version> = migrations
        .iter()
        .map(|migration| &migration.version)
        .filter(|version| history.entry(version).is_none())
        .collect();
    if !history.exists || open.is_empty() {
        return Ok(BTreeMap::new());
    }
    // Whoever may read the history and not the audit learns less.
    let rows = ask(client, "reading the audit", &store.read_failures(&open)).await.unwrap_or_default();
    let same_file = |(version, failure): &(Version, LastFailure)| {
        let migration = migrations.iter().find(|migration| migration.version == *version);
        migration.is_some_and(|migration| migration.up.checksum.value == failure.checksum)
    };
    Ok(rows.iter().filter_map(last_failure).filter(same_file).collect())
}

fn unrecorded(
    history: &History,
    migrations: &[Migration],
    objects: &[&Expected],
    absent: &[&Expected],
) -> Vec<Version> {
    // One that was renumbered is recorded, too.
    let standings = compare(migrations, &history.entries);
    let known = |version: &Version| {
        standings.iter().any(|standing| standing.entry.is_some() && standing.version() == Some(version))
    };
    let makes = |list: &[&Expected], version: &Version| list.iter().any(|object| object.version == *version);
    let versions = migrations.iter().map(|migration| &migration.version);
    versions
        .filter(|version| !known(version) && makes(objects, version) && !makes(absent, version))
        .cloned()
        .collect()
}

fn recorded(entries: &[Entry], migration: &Migration) -> bool {
    use pgkeel_core::history::Outcome::{Applied, Stamped};
    let same = |entry: &&Entry| entry.version == migration.version;
    entries.iter().find(same).is_some_and(|entry| matches!(entry.outcome, Applied | Stamped))
}
