//! Compares what was kept of a run.

use pgkeel_core::migration::Migration;
use pgkeel_core::performance::{Comparison, Snapshot, Window, compare};
use serde::Serialize;

use super::renames::renames;
use super::snapshot;
use crate::database::Query;
use crate::error::Error;
use crate::store::Store;

/// A run, and what became of the statements.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Around {
    /// The versions that the run applied.
    pub versions: Vec<String>,
    /// Statements before and after.
    pub comparison: Comparison,
}

/// The versions of which something was kept, in the order of the runs.
///
/// # Errors
/// The server failed, or the role may not read the history.
pub async fn kept(client: &impl Query, store: &Store) -> Result<Vec<String>, Error> {
    store.performance_versions(client).await
}

/// Compares the statements before and after the run that applied `version`, or the last run. None when nothing was
/// kept of it. `migrations` tell what was renamed.
///
/// # Errors
/// The server failed, or the role may not read the history.
pub async fn around(
    client: &impl Query,
    store: &Store,
    version: Option<&str>,
    migrations: &[Migration],
) -> Result<Option<Around>, Error> {
    let Some((earlier, this, later)) = store.performance(client, version).await? else { return Ok(None) };
    let mut notes = Vec::new();
    // The window after it ends with the next run, or now.
    let until = match later {
        Some(later) => Some(later.before),
        None => snapshot(client, true).await.map_err(|why| notes.push(why.to_string())).ok(),
    };
    let Some(after) = this.after else { return Ok(None) };
    let until = until.unwrap_or_else(|| Snapshot { notes: Vec::new(), ..after.clone() });
    let applied =
        migrations.iter().filter(|one| this.versions.iter().any(|version| version == one.version.as_str()));
    let renamed = renames(applied);
    let before = Window::between(earlier.and_then(|run| run.after).as_ref(), &this.before, &renamed);
    let since = Window::between(Some(&after), &until, &renamed);
    let plans_after = if until.plans.is_empty() { &after.plans } else { &until.plans };
    let mut comparison = compare(&before, &since, (&this.before.plans, plans_after), &renamed);
    comparison.notes.extend(notes);
    Ok(Some(Around { versions: this.versions, comparison }))
}
