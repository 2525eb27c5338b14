//! A migration in one transaction together with its history row.

use std::path::Path;
use std::pin::Pin;

use bytes::Bytes;
use pgkeel_core::event::Event;
use pgkeel_core::history::Outcome;
use pgkeel_core::migration::Migration;
use pgkeel_core::sql::batch::Batch;
use pgkeel_core::sql::script::{Piece, Statement};
use tokio_postgres::CopyInSink;

use super::failure::{Refusal, at_statement};
use super::send::copy_data;
use super::{Executor, Failure, Script, down_script};
use crate::error::Error;
use crate::pieces::Pieces;

/// A batch is sent when it has this many bytes: the server needs about ten times as much memory to parse it.
const FULL: usize = 256 * 1024;

type Copying = Pin<Box<CopyInSink<Bytes>>>;

impl Executor<'_> {
    /// Applies a migration together with its history row.
    pub(super) async fn apply_in_transaction(
        &self,
        migration: &Migration,
        folder: &Path,
    ) -> Result<(), Failure> {
        let down = down_script(migration);
        let frame = Frame {
            guard: self.store.guard(&migration.version),
            records: vec![
                self.store.insert(migration, Outcome::Applied, down.as_deref()),
                self.audit_of(migration),
            ],
        };
        self.run_in_transaction(&Script::up(migration), folder, &frame).await
    }

    /// Runs a script in one transaction with what records it, trying again when a lock was not to be had.
    pub(crate) async fn run_in_transaction(
        &self,
        script: &Script<'_>,
        folder: &Path,
        frame: &Frame,
    ) -> Result<(), Failure> {
        let mut attempt = 0;
        loop {
            let Err(failure) = self.try_transaction(script, folder, frame).await else { return Ok(()) };
            if !matches!(failure, Failure::Disconnected(_)) {
                self.roll_back().await?;
            }
            if !failure.is_transient() || attempt >= self.options.retries {
                return Err(failure);
            }
            let pause = self.pause(attempt);
            attempt += 1;
            self.tell_retry(script, attempt, &failure, pause);
            tokio::time::sleep(pause).await;
        }
    }

    async fn try_transaction(
        &self,
        script: &Script<'_>,
        folder: &Path,
        frame: &Frame,
    ) -> Result<(), Failure> {
        let mut pieces = Pieces::of(script.part, &folder.join(file_name(&script.part.file)))?;
        let mut batch = Batch::default();
        batch.push_own("begin the transaction", "BEGIN ISOLATION LEVEL READ COMMITTED");
        batch.push_own("check its lock and set timeouts", &self.settings(script, &frame.guard));
        let mut run = Run { executor: self, script, batch, copying: None, index: 0, escapes: false };
        run.pieces(&mut pieces).await?;
        run.commit(frame).await
    }

    /// Runs a script's statements in a transaction that somebody else begins and ends.
    pub(crate) async fn run_inside(&self, script: &Script<'_>, folder: &Path) -> Result<(), Failure> {
        let mut pieces = Pieces::of(script.part, &folder.join(file_name(&script.part.file)))?;
        let batch = Batch::default();
        let mut run = Run { executor: self, script, batch, copying: None, index: 0, escapes: false };
        run.pieces(&mut pieces).await?;
        run.end_copy().await?;
        run.flush().await
    }

    /// After a failure: out of the transaction, and nothing of it left in the session.
    async fn roll_back(&self) -> Result<(), Failure> {
        let mut batch = Batch::default();
        batch.push_own("roll back", "ROLLBACK");
        Self::push_reset(&mut batch);
        self.session.client().batch_execute(batch.text()).await.map_err(|source| {
            Failure::Disconnected(Error::Server { doing: "rolling back".to_owned(), source })
        })?;
        // Its warning that there was no transaction is of no interest to anyone.
        self.session.tap().take_notices();
        Ok(())
    }

    pub(super) fn tell_retry(
        &self,
        script: &Script<'_>,
        attempt: u32,
        failure: &Failure,
        pause: std::time::Duration,
    ) {
        let Failure::Statement(error) = failure else { return };
        (self.observe)(Event::Retrying {
            label: script.label.clone(),
            attempt,
            reason: format!("line {}: {}", error.position.line, error.message),
            blockers: Vec::new(),
            pause_ms: u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
        });
    }
}

/// What stands around a script's statements in their transaction.
pub(crate) struct Frame {
    /// A call that fails when the session has lost the lock, or the script must not run.
    pub(crate) guard: String,
    /// Statements that record what was done.
    pub(crate) records: Vec<String>,
}

/// A script on its way.
struct Run<'a> {
    executor: &'a Executor<'a>,
    script: &'a Script<'a>,
    batch: Batch,
    copying: Option<Copying>,
    index: usize,
    escapes: bool,
}

impl Run<'_> {
    async fn pieces(&mut self, pieces: &mut Pieces<'_>) -> Result<(), Failure> {
        while let Some(piece) = pieces.next()? {
            match piece {
                Piece::Statement(statement) => self.statement(&statement).await?,
                Piece::CopyData(data) => self.data(&data).await?,
                Piece::Comment { .. } => {}
            }
        }
        Ok(())
    }

    async fn statement(&mut self, statement: &Statement) -> Result<(), Failure> {
        self.end_copy().await?;
        let index = self.index;
        self.index += 1;
        // The server cuts a batch into statements before it runs the first one: with another meaning of backslashes
        // a new batch has to begin.
        let other_strings = statement.backslash_escapes != self.escapes;
        if statement.copies_in || other_strings || self.batch.len() + statement.text.len() > FULL {
            self.flush().await?;
            self.escapes = statement.backslash_escapes;
        }
        if !statement.copies_in {
            self.batch.push_user(index, statement);
            return Ok(());
        }
        let begun = self.executor.begin_copy(&statement.text).await;
        let sink = begun.map_err(|error| self.copy_failed(index, statement, error))?;
        self.copying = Some(Box::pin(sink));
        Ok(())
    }

    async fn data(&mut self, data: &str) -> Result<(), Failure> {
        let Some(sink) = &mut self.copying else { return Ok(()) };
        let sent = copy_data(sink, data).await;
        sent.map_err(|error| self.data_failed(error))
    }

    async fn end_copy(&mut self) -> Result<(), Failure> {
        let Some(mut sink) = self.copying.take() else { return Ok(()) };
        let rows = sink.as_mut().finish().await;
        rows.map(|_| ()).map_err(|error| self.data_failed(error))
    }

    async fn flush(&mut self) -> Result<(), Failure> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let batch = std::mem::take(&mut self.batch);
        let sent = self.executor.send(self.script, &batch).await;
        sent.map_err(|refusal| refusal.explain(self.script, &batch))
    }

    async fn commit(mut self, frame: &Frame) -> Result<(), Failure> {
        self.end_copy().await?;
        // Whoever the script became: its records are written by who runs pgkeel.
        self.batch.push_own("become itself again", "RESET SESSION AUTHORIZATION");
        self.batch.push_own("become itself again", "RESET ROLE");
        for record in &frame.records {
            self.batch.push_own("record what was done", record);
        }
        self.batch.push_own("commit", "COMMIT");
        Executor::push_reset(&mut self.batch);
        self.flush().await
    }

    fn copy_failed(&self, index: usize, statement: &Statement, error: tokio_postgres::Error) -> Failure {
        let Some(db) = error.as_db_error() else { return self.disconnected(error) };
        let inside = match db.position() {
            Some(tokio_postgres::error::ErrorPosition::Original(at)) => (*at as usize).saturating_sub(1),
            _ => 0,
        };
        let error = at_statement(self.script, index, statement.position, inside, inside > 0, db);
        Failure::Statement(Box::new(error))
    }

    /// PostgreSQL names the line of the data in its CONTEXT; our line is that of the COPY.
    fn data_failed(&self, error: tokio_postgres::Error) -> Failure {
        let Some(db) = error.as_db_error() else { return self.disconnected(error) };
        let index = self.index.saturating_sub(1);
        let position = self.script.part.in_memory().nth(index).map(|statement| statement.position);
        let position = position.unwrap_or(pgkeel_core::sql::position::Position::START);
        Failure::Statement(Box::new(at_statement(self.script, index, position, 0, false, db)))
    }

    fn disconnected(&self, error: tokio_postgres::Error) -> Failure {
        Refusal { error, completed: 0 }.explain(self.script, &Batch::default())
    }
}

/// The last part of a displayed path.
pub(super) fn file_name(shown: &str) -> &str {
    shown.rsplit(['/', '\\']).next().unwrap_or(shown)
}
