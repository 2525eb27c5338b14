//! The transaction around a seed: one per file, with its place in the audit.

use super::Seeded;
use crate::answer::{Row, ask};
use crate::apply::{Executor, Failure};

impl Executor<'_> {
    /// Opens a seed's transaction.
    pub(super) async fn begin_seed(&self) -> Result<(), Failure> {
        let sql =
            format!("BEGIN ISOLATION LEVEL READ COMMITTED; {}", self.plain_settings(&self.store.hold()));
        self.question("beginning", &sql).await.map(|_| ())
    }

    /// Commits what was loaded, with its place in the audit, or rolls back; the session is as it was either way.
    pub(super) async fn end_seed(
        &self,
        file: &str,
        loaded: Result<Seeded, Failure>,
    ) -> Result<Seeded, Failure> {
        const OURSELVES: &str = "RESET SESSION AUTHORIZATION; RESET ROLE";
        let end = match &loaded {
            Ok(seeded) if seeded.created + seeded.updated > 0 => {
                let detail = serde_json::json!({
                    "created": seeded.created,
                    "updated": seeded.updated,
                    "unchanged": seeded.unchanged,
                    "skipped": seeded.skipped,
                });
                format!("{OURSELVES}; {}; COMMIT", self.store.audit("seed", Some(file), &detail))
            }
            Ok(_) => format!("{OURSELVES}; COMMIT"),
            Err(Failure::Disconnected(_)) => return loaded,
            // First of all: in a failed transaction nothing else is heard.
            Err(_) => format!("ROLLBACK; {OURSELVES}"),
        };
        if let Err(failure) = self.question("ending the seed", &end).await {
            self.reset_session().await?;
            return Err(failure);
        }
        match (self.reset_session().await, loaded) {
            // What went wrong first tells more.
            (Err(reset), Ok(_)) => Err(reset),
            (_, loaded) => loaded,
        }
    }

    /// A question of our own.
    pub(super) async fn question(&self, doing: &str, sql: &str) -> Result<Vec<Row>, Failure> {
        let answer = ask(self.session.client(), doing, sql).await;
        answer.map_err(|error| {
            if self.session.is_closed() { Failure::Disconnected(error) } else { Failure::of(error) }
        })
    }
}
