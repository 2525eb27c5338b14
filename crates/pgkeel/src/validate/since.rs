//! Since which migration something was true: the migrations are replayed once more, one by one, and the schema is read
//! after those whose text speaks of what is looked for.

use std::collections::{BTreeMap, BTreeSet};

use pgkeel_core::migration::{Migration, Version};
use pgkeel_core::schema::{Id, Object, Schema};
use pgkeel_core::sql::script::Piece;

use crate::scratch;
use crate::source::{Error, Workshop, up};

/// Readings that one attribution takes at most.
const READINGS: usize = 200;

/// For each of the objects, the migration that gave it the definition it has after all of them.
///
/// # Errors
/// There is no scratch database, or a migration does not run on it.
pub async fn since(
    ids: &BTreeSet<Id>,
    expected: &Schema,
    migrations: &[Migration],
    workshop: &Workshop,
) -> Result<BTreeMap<Id, Version>, Error> {
    let words = words(ids, expected);
    let speaks: Vec<bool> = migrations.iter().map(|migration| speaks_of(migration, &words)).collect();
    let mut readings = speaks.iter().filter(|speaks| **speaks).count();
    let server = workshop.server().await?;
    let database = server.database().await?;
    let beginning = workshop.beginning();
    let mut since: BTreeMap<Id, Version> = BTreeMap::new();
    let mut before: BTreeMap<Id, Object> = BTreeMap::new();
    for (migration, speaks) in migrations.iter().zip(speaks) {
        let loaded = scratch::load(&database, &[up(migration)?], false, &beginning).await;
        if let Err(error) = loaded {
            database.close().await;
            return Err(error.into());
        }
        if !speaks {
            continue;
        }
        readings -= 1;
        // Of very many, the latest count.
        if readings >= READINGS {
            continue;
        }
        let schema = workshop.read_scratch(&database).await?;
        for id in ids {
            match (before.get(id), schema.objects.get(id)) {
                (was, Some(is)) if was != Some(is) => {
                    since.insert(id.clone(), migration.version.clone());
                    before.insert(id.clone(), is.clone());
                }
                (Some(_), None) => {
                    since.insert(id.clone(), migration.version.clone());
                    before.remove(id);
                }
                _ => {}
            }
        }
    }
    database.close().await;
    Ok(since)
}

/// The names of the objects and of what they are parts of, in lower case.
fn words(ids: &BTreeSet<Id>, expected: &Schema) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for id in ids {
        let parents = expected.body(id).map(|body| body.parents(expected)).unwrap_or_default();
        let needs = expected.needs_of(id).cloned();
        for id in parents.iter().cloned().chain(needs).chain([id.clone()]) {
            let skipped = usize::from(id.namespace().is_some());
            let names = id.parts.iter().skip(skipped).take(2);
            words.extend(names.map(|name| name.to_lowercase()).filter(|name| !name.is_empty()));
        }
    }
    words
}

/// Whether the text contains one of the words. A file too large for memory is taken to.
fn speaks_of(migration: &Migration, words: &BTreeSet<String>) -> bool {
    let Some(pieces) = &migration.up.pieces else { return true };
    pieces.iter().any(|piece| match piece {
        Piece::Statement(statement) => {
            let text = statement.text.to_lowercase();
            // What runs from a text is not told by its words.
            text.contains("execute") || words.iter().any(|word| text.contains(word))
        }
        Piece::CopyData(_) | Piece::Comment { .. } => false,
    })
}
