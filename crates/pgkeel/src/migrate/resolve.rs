//! A person decides what nothing in the database tells: whether an interrupted step took effect.

use pgkeel_core::migration::Version;
use pgkeel_core::sql::ident::{Ident, Literal};

use super::Job;
use crate::answer::{ask, text};
use crate::apply::Failure;
use crate::error::Error;

/// What is true of the step in which a migration was interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// It took effect: the next run goes on behind it.
    Done,
    /// It did not: the next run runs it again.
    Again,
}

impl Job<'_> {
    /// Settles the unfinished step of an interrupted migration, with the reason in the audit. Returns its number.
    ///
    /// # Errors
    /// The migration has no unfinished step, the lock is held, or the server failed.
    pub async fn resolve(&self, version: &Version, how: Resolution, reason: &str) -> Result<usize, Error> {
        let settled = async {
            let opened = self.access().open(false, "Nothing was changed").await?;
            let step = self.settle(opened.locked.session().client(), version, how, reason).await;
            opened.locked.release().await;
            step.map_err(Failure::of)
        };
        match settled.await {
            Ok(step) => Ok(step),
            Err(Failure::Other(error) | Failure::Disconnected(error)) => Err(error),
            Err(Failure::Statement(error)) => Err(Error::Statement(error)),
        }
    }

    async fn settle(
        &self,
        client: &tokio_postgres::Client,
        version: &Version,
        how: Resolution,
        reason: &str,
    ) -> Result<usize, Error> {
        let ns = Ident(self.store.namespace());
        // As the history writes it: 9 is 0009.
        let history = self.store.read(client).await?;
        let entry = history.entry(version);
        let version = entry.map_or(version, |entry| &entry.version);
        let of = Literal(version.as_str());
        let open = format!(
            "SELECT min(step) FROM {ns}.journal WHERE work = {of} AND finished_at IS NULL AND alone AND EXISTS (SELECT \
             FROM {ns}.migrations m WHERE m.version = {of} AND m.outcome IN ('started', 'failed'))"
        );
        let rows = ask(client, "reading the journal", &open).await?;
        let Some(step) = rows.first().and_then(|row| text(row, 0).parse::<usize>().ok()) else {
            return Err(Error::Refused {
                message: match entry {
                    Some(_) => {
                        format!(
                            "migration {version} has no step of which it is unknown whether it took effect"
                        )
                    }
                    None => format!("migration {version} is not in the history"),
                },
                help: "`pgkeel status` tells how each migration stands".to_owned(),
            });
        };
        let change = match how {
            Resolution::Done => self.store.end_step(version.as_str(), step, None),
            Resolution::Again => self.store.forget_step(version.as_str(), step),
        };
        let word = if how == Resolution::Done { "done" } else { "again" };
        let detail = serde_json::json!({ "step": step, "resolution": word, "reason": reason });
        let audit = self.store.audit("resolve", Some(version.as_str()), &detail);
        let sql = format!("BEGIN; {change}; {audit}; COMMIT");
        client.batch_execute(&sql).await.map_err(Error::server("resolving a step"))?;
        Ok(step)
    }
}
