//! Files against history, migration by migration.

use std::collections::BTreeMap;

use super::{Entry, Outcome, Standing, State};
use crate::migration::{Migration, Version, checksum};

/// How each migration stands, in order of version. `migrations` are in order, as [`crate::migration::set::assemble`]
/// gives them.
pub fn compare<'m: 'e, 'e>(migrations: &'m [Migration], entries: &'e [Entry]) -> Vec<Standing<'m, 'e>> {
    let by_version: BTreeMap<&Version, &Entry> =
        entries.iter().map(|entry| (&entry.version, entry)).collect();
    let newest = entries.iter().map(|entry| &entry.version).max();
    let mut gone: BTreeMap<&Version, &Entry> = by_version.clone();
    for migration in migrations {
        gone.remove(&migration.version);
    }
    let mut standings: BTreeMap<&Version, Standing<'m, 'e>> = BTreeMap::new();
    for migration in migrations {
        let entry = by_version.get(&migration.version).copied();
        let moved = entry.is_none().then(|| same_statements(migration, &gone)).flatten();
        if let Some(entry) = moved {
            gone.remove(&entry.version);
        }
        let state = match (entry, moved) {
            (Some(entry), _) => state_of(migration, entry),
            (None, Some(_)) => State::Renumbered,
            (None, None) if newest.is_some_and(|newest| migration.version < *newest) => State::OutOfOrder,
            (None, None) => State::Pending,
        };
        let standing = Standing { state, migration: Some(migration), entry: entry.or(moved) };
        standings.insert(&migration.version, standing);
    }
    for (version, entry) in gone {
        let state = unfinished(entry).unwrap_or(State::Missing);
        standings.insert(version, Standing { state, migration: None, entry: Some(entry) });
    }
    standings.into_values().collect()
}

fn state_of(migration: &Migration, entry: &Entry) -> State {
    let same_algorithm = entry.checksum_algorithm == checksum::ALGORITHM;
    let modified = same_algorithm && entry.checksum != migration.up.checksum.value;
    match unfinished(entry) {
        Some(state) => state,
        None if modified => State::Modified,
        None => State::Applied,
    }
}

fn unfinished(entry: &Entry) -> Option<State> {
    match entry.outcome {
        Outcome::Applied | Outcome::Stamped => None,
        Outcome::Started => Some(State::Interrupted),
        Outcome::Failed => Some(State::Failed),
        Outcome::Undoing => Some(State::HalfUndone),
    }
}

fn same_statements<'a>(migration: &Migration, gone: &BTreeMap<&Version, &'a Entry>) -> Option<&'a Entry> {
    let same = |entry: &&Entry| {
        entry.checksum == migration.up.checksum.value
            && entry.checksum_algorithm == migration.up.checksum.algorithm
            && migration.up.statements > 0
    };
    gone.values().copied().find(same)
}
