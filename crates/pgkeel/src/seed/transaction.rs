//! The transaction around a seed: one per file, with its place in the audit.

use pgkeel_core::sql::position::Position;

use super::Seeded;
use crate::answer::{Row, ask};
use crate::apply::{Executor, Failure, Place, Script, while_doing};
use crate::error::{Error, ends_the_connection};
use crate::store::{SCRIPT_ENDS, SCRIPT_RUNS};

impl Executor<'_> {
    /// Opens a seed's transaction.
    pub(super) async fn begin_seed(&self, script: &Script<'_>) -> Result<(), Failure> {
        let more = format!("{}, {SCRIPT_RUNS}", self.store.hold());
        let settings = self.settings(&script.part.directives, &more);
        let sql = format!("BEGIN ISOLATION LEVEL READ COMMITTED; {settings}");
        self.question(script, Position::START, "beginning", &sql).await.map(|_| ())
    }

    /// Commits what was loaded, with its place in the audit, or rolls back; the session is as it was either way.
    pub(super) async fn end_seed(
        &self,
        script: &Script<'_>,
        loaded: Result<Seeded, Failure>,
    ) -> Result<Seeded, Failure> {
        let end = match &loaded {
            Ok(seeded) if seeded.created + seeded.updated + seeded.deleted > 0 => {
                let detail = serde_json::json!({
                    "created": seeded.created,
                    "updated": seeded.updated,
                    "unchanged": seeded.unchanged,
                    "skipped": seeded.skipped,
                    "deleted": seeded.deleted,
                    "uncounted": seeded.uncounted,
                });
                format!("{}; COMMIT", self.store.audit("seed", Some(&script.part.file), &detail))
            }
            Ok(_) => "COMMIT".to_owned(),
            Err(Failure::Disconnected(_)) => return loaded,
            Err(failure) => {
                self.roll_back_after(failure).await?;
                return loaded;
            }
        };
        let (intact, hold) = (self.store.intact(), self.store.hold());
        let end =
            format!("RESET SESSION AUTHORIZATION; RESET ROLE; SELECT {SCRIPT_ENDS}, {intact}, {hold}; {end}");
        match self.question(script, Position::START, "ending the seed", &end).await {
            Ok(_) => self.reset_session().await.map(|()| loaded)?,
            Err(failure @ Failure::Disconnected(_)) => Err(failure),
            Err(mut failure) => {
                // What only fails at the end, a deferred constraint, is no statement's of the file.
                if let Failure::Statement(error) = &mut failure {
                    error.statement = None;
                }
                self.roll_back_after(&failure).await?;
                Err(failure)
            }
        }
    }

    /// A question of our own, asked for what stands at `place` of the file: attended like the file's own statements.
    pub(super) async fn question(
        &self,
        script: &Script<'_>,
        place: Position,
        doing: &str,
        sql: &str,
    ) -> Result<Vec<Row>, Failure> {
        let statement = script.part.in_memory().position(|statement| statement.position == place);
        let shown = statement.map(|index| Place { index, line: place.line });
        let answer = self.attended(script, &|| shown, ask(self.session.client(), doing, sql)).await;
        answer.map_err(|error| match &error {
            Error::Server { source, .. } if !ends_the_connection(source) && !self.session.is_closed() => {
                match source.as_db_error() {
                    Some(db) => {
                        let mut refused = while_doing(script, place, doing, db);
                        refused.statement = statement;
                        Failure::Statement(Box::new(refused))
                    }
                    None => Failure::of(error),
                }
            }
            _ if self.session.is_closed() => Failure::Disconnected(error),
            _ => Failure::of(error),
        })
    }
}
