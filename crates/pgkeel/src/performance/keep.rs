//! Keeps the snapshots of a run in the history.

use pgkeel_core::migration::Migration;

use super::snapshot;
use crate::database::Session;
use crate::store::Store;

/// The snapshot before a run, kept; its row waits for the one after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kept(i64);

impl Kept {
    /// Takes and keeps the snapshot before a run; none when there are no counters. Nothing that fails here stops a run.
    pub(crate) async fn before(session: &Session, store: &Store, todo: &[&Migration]) -> Option<Self> {
        let taken = match snapshot(session.client(), true).await {
            Ok(taken) => taken,
            Err(why) => {
                tracing::debug!(%why, "query performance is not compared");
                return None;
            }
        };
        let versions: Vec<&str> = todo.iter().map(|migration| migration.version.as_str()).collect();
        let data = serde_json::to_string(&taken).ok()?;
        let kept = store.keep_performance(session.client(), &versions, &data).await;
        kept.map(Self)
            .map_err(|error| tracing::warn!(%error, "the counters before the run are not kept"))
            .ok()
    }

    /// Takes and keeps the snapshot after it.
    pub(crate) async fn after(self, session: &Session, store: &Store) {
        let Ok(taken) = snapshot(session.client(), true).await else { return };
        let Ok(data) = serde_json::to_string(&taken) else { return };
        if let Err(error) = store.complete_performance(session.client(), self.0, &data).await {
            tracing::warn!(%error, "the counters after the run are not kept");
        }
    }
}
