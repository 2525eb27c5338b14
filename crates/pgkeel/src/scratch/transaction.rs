//! Transactions on a scratch database. On a server that stays, what a block or a function did to a role of the server is
//! found before the end, and then the transaction is rolled back.

use std::iter;

use futures_util::future::{join, join_all, join3};
use tokio_postgres::types::Type;
use tokio_postgres::{Error, SimpleQueryMessage};

use super::Database;
use super::roles::Made;
use crate::answer::{column, rows};

/// A transaction that was begun.
pub(super) struct Open {
    /// The roles that were made before it.
    made: Made,
    /// The server's own roles, as far as they can be told: their OIDs.
    theirs: Option<String>,
}

/// The statement of a transaction that failed, by its place; `None` when its beginning or its end did.
type Failed = (Option<usize>, Error);

impl Database {
    /// Begins a transaction.
    ///
    /// # Errors
    /// The server refuses.
    pub(crate) async fn begin(&self) -> Result<(), Error> {
        let made = self.made();
        let theirs = self.theirs(&made).await?;
        self.session.client().batch_execute("BEGIN").await?;
        if let Ok(mut open) = self.transaction.lock() {
            *open = Some(Open { made, theirs });
        }
        Ok(())
    }

    /// Commits. A transaction that cannot be committed is rolled back, as is one that changed a role which the server keeps.
    ///
    /// # Errors
    /// What the server says of it.
    pub(crate) async fn commit(&self) -> Result<(), Error> {
        let client = self.session.client();
        let open = self.transaction.lock().ok().and_then(|mut open| open.take());
        let Some(Open { made, theirs }) = open else { return client.batch_execute("COMMIT").await };
        let (guarded, committed) = match theirs {
            Some(theirs) => {
                let guard = guard(&theirs);
                join(client.simple_query(&guard), client.batch_execute("COMMIT")).await
            }
            None => (Ok(vec![]), client.batch_execute("COMMIT").await),
        };
        let ended = guarded.and_then(|answer| committed.map(|()| self.note(&answer)));
        if ended.is_err() {
            self.keep(made);
        }
        ended
    }

    /// Rolls back.
    ///
    /// # Errors
    /// The server did not answer.
    pub(crate) async fn roll_back(&self) -> Result<(), Error> {
        if let Some(open) = self.transaction.lock().ok().and_then(|mut open| open.take()) {
            self.keep(open.made);
        }
        self.session.client().batch_execute("ROLLBACK").await
    }

    /// One transaction, sent as a whole before its first answer: behind a failure the server refuses the rest, and its
    /// COMMIT rolls back. `settings` are made before it.
    ///
    /// # Errors
    /// The server did not answer before anything was sent.
    pub(crate) async fn all_at_once(
        &self,
        settings: &str,
        statements: &[(usize, &str)],
    ) -> Result<Option<Failed>, Error> {
        let texts: Vec<&str> = statements.iter().map(|(_, sql)| *sql).collect();
        let runs = self.runs(&texts).await?;
        let running: Vec<(usize, &str)> =
            statements.iter().zip(runs).filter(|(_, runs)| *runs).map(|(statement, _)| *statement).collect();
        let guard = self.theirs(&self.made()).await?.map(|theirs| guard(&theirs)).unwrap_or_default();
        let client = self.session.client();
        let begin = format!("{settings}; BEGIN");
        let sent = iter::once((None, begin.as_str()))
            .chain(running.iter().map(|(place, sql)| (Some(*place), *sql)))
            .map(async |(place, sql)| (place, client.batch_execute(sql).await));
        // Each is sent when it is first asked for, in this order.
        let (answers, guarded, committed) =
            join3(join_all(sent), client.simple_query(&guard), client.batch_execute("COMMIT")).await;
        let failed = answers.into_iter().find_map(|(place, answer)| Some((place, answer.err()?)));
        if let Some(failed) = failed {
            return Ok(Some(failed));
        }
        let answer = match guarded.and_then(|answer| committed.map(|()| answer)) {
            Ok(answer) => answer,
            Err(error) => return Ok(Some((None, error))),
        };
        self.ran(&running.iter().map(|(_, sql)| *sql).collect::<Vec<&str>>());
        self.note(&answer);
        Ok(None)
    }

    /// The OIDs of the roles that are the server's own, when it stays.
    async fn theirs(&self, made: &Made) -> Result<Option<String>, Error> {
        if !self.server_stays() {
            return Ok(None);
        }
        let made: Vec<&String> = made.roles.iter().collect();
        let row = self.session.client().query_typed_one(THEIRS, &[(&made, Type::TEXT_ARRAY)]).await?;
        row.try_get(0).map(Some)
    }

    /// Keeps the roles that an answer names.
    fn note(&self, answer: &[SimpleQueryMessage]) {
        let mut made = self.made();
        made.roles.extend(rows(answer).filter_map(|row| column(row, 0)).map(str::to_owned));
        self.keep(made);
    }
}

/// The roles that are none of these.
const THEIRS: &str = "SELECT pg_catalog.concat_ws(',', '0', pg_catalog.string_agg(oid::text, ',')) \
    FROM pg_catalog.pg_roles WHERE rolname <> ALL ($1)";

/// Fails when the transaction has changed one of these roles, and names the roles that it made.
fn guard(theirs: &str) -> String {
    include_str!("guard.sql").replace("THEIRS", theirs)
}
