//! The transaction around a seed: one per file, with its place in the audit.

use pgkeel_core::migration::Directives;

use super::Seeded;
use crate::answer::{Row, ask};
use crate::apply::{Executor, Failure};

impl Executor<'_> {
    /// Opens a seed's transaction.
    pub(super) async fn begin_seed(&self, directives: &Directives) -> Result<(), Failure> {
        let settings = self.settings(directives, &self.store.hold());
        let sql = format!("BEGIN ISOLATION LEVEL READ COMMITTED; {settings}");
        self.question("beginning", &sql).await.map(|_| ())
    }

    /// Commits what was loaded, with its place in the audit, or rolls back; the session is as it was either way.
    pub(super) async fn end_seed(
        &self,
        file: &str,
        loaded: Result<Seeded, Failure>,
    ) -> Result<Seeded, Failure> {
        let end = match &loaded {
            Ok(seeded) if seeded.created + seeded.updated > 0 => {
                let detail = serde_json::json!({
                    "created": seeded.created,
                    "updated": seeded.updated,
                    "unchanged": seeded.unchanged,
                    "skipped": seeded.skipped,
                });
                format!("{}; COMMIT", self.store.audit("seed", Some(file), &detail))
            }
            Ok(_) => "COMMIT".to_owned(),
            Err(Failure::Disconnected(_)) => return loaded,
            Err(_) => {
                self.roll_back().await?;
                return loaded;
            }
        };
        let end = format!("RESET SESSION AUTHORIZATION; RESET ROLE; {end}");
        match self.question("ending the seed", &end).await {
            Ok(_) => self.reset_session().await.map(|()| loaded)?,
            Err(failure @ Failure::Disconnected(_)) => Err(failure),
            Err(failure) => {
                self.roll_back().await?;
                Err(failure)
            }
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
