//! A script on its way to the server, in as few messages as possible.

use std::pin::Pin;

use bytes::Bytes;
use pgkeel_core::sql::batch::Batch;
use pgkeel_core::sql::quick::{Pace, Quick};
use pgkeel_core::sql::script::{Piece, Statement};
use pgkeel_core::sql::words;
use tokio_postgres::CopyInSink;

use super::failure::{Refusal, at_statement};
use super::former::{BEGINS, NUMBER};
use super::inside::line_of_data;
use super::send::{Place, copy_data};
use super::suspicion::runs_code;
use super::transaction::{Frame, Settings};
use super::{Executor, Failure, Script};
use crate::database::TransactionStatus;
use crate::error::{Error, ends_the_connection};
use crate::store::SCRIPT_RUNS;

/// A batch is sent when it has this many bytes: the server needs about ten times as much memory to parse it.
pub(super) const FULL: usize = 256 * 1024;

/// What a batch calls its COMMIT.
pub(super) const COMMIT: &str = "commit";

type Copying = Pin<Box<CopyInSink<Bytes>>>;

/// A script on its way.
pub(super) struct Run<'a> {
    executor: &'a Executor<'a>,
    script: &'a Script<'a>,
    batch: Batch,
    copying: Option<Copying>,
    /// The COPY that was begun last.
    copied: Option<Place>,
    /// Whether the server was told to keep its notices to itself.
    silent: bool,
    /// Which statements are not worth a word.
    quick: Quick,
    index: usize,
    escapes: bool,
    /// Whether we are in a transaction that only we may end.
    within: bool,
}

impl<'a> Run<'a> {
    /// Nothing sent yet; the next statement is number `index` of the script.
    pub(super) fn new(executor: &'a Executor<'a>, script: &'a Script<'a>, index: usize) -> Self {
        Self {
            executor,
            script,
            batch: Batch::of(&script.label),
            copying: None,
            copied: None,
            silent: false,
            quick: Quick::default(),
            index,
            escapes: false,
            within: false,
        }
    }

    /// Opens the transaction, checks the lock and sets what holds in it.
    pub(super) fn begin(&mut self, guard: &str, settings: Settings) {
        self.batch.push_own("begin the transaction", "BEGIN ISOLATION LEVEL READ COMMITTED");
        let runs = if runs_code(self.script.part) { SCRIPT_RUNS } else { "NULL" };
        let more = format!("{guard}, {runs}, {NUMBER}");
        self.batch.push_own(BEGINS, &self.executor.settings(&self.script.part.directives, &more));
        if let Some(settings) = self.executor.project_settings(settings, true) {
            self.batch.push_own("set what [migrations.settings] says", &settings);
        }
        self.within = true;
    }

    /// Adds a statement of ours, at its place among those of the script.
    pub(super) fn own(&mut self, what: &'static str, sql: &str) {
        self.batch.push_own(what, sql);
    }

    /// Sends what is left.
    pub(super) async fn end(&mut self) -> Result<(), Failure> {
        self.end_copy().await?;
        self.within = false;
        self.flush().await
    }

    /// Adds a piece of the script, and sends when there is enough.
    pub(super) async fn piece(&mut self, piece: &Piece) -> Result<(), Failure> {
        match piece {
            Piece::Statement(statement) => self.statement(statement).await,
            Piece::CopyData(data) => self.data(data).await,
            Piece::Comment { .. } => Ok(()),
        }
    }

    async fn statement(&mut self, statement: &Statement) -> Result<(), Failure> {
        self.end_copy().await?;
        // The server cuts a batch into statements before it runs the first one: with another meaning of backslashes
        // a new batch has to begin.
        let other_strings = statement.backslash_escapes != self.escapes;
        if statement.copies_in || other_strings || self.batch.len() + statement.text.len() > FULL {
            self.flush().await?;
            self.escapes = statement.backslash_escapes;
        }
        if !statement.copies_in {
            self.add(statement);
            return Ok(());
        }
        let index = self.index;
        self.index += 1;
        let place = || Some(Place { index, line: statement.position.line });
        let copy = self.executor.begin_copy(&statement.text);
        let sink = self.executor.attended(self.script, &place, copy).await;
        let sink = sink.map_err(|error| self.copy_failed(index, statement, error))?;
        self.copying = Some(Box::pin(sink));
        self.copied = place();
        Ok(())
    }

    fn add(&mut self, statement: &Statement) {
        let pace = self.quick.pace(statement);
        self.mark(statement, pace);
        self.batch.push_user(self.index, statement, pace);
        self.index += 1;
    }

    /// Lets the server say that it has come to a statement, where one before it might as well be the one that takes so long:
    /// the word costs as much as a short statement.
    fn mark(&mut self, statement: &Statement, pace: Pace) {
        if self.executor.watch.is_none() || self.silent {
            return;
        }
        if pace == Pace::Long && self.batch.may_take_long() {
            self.batch.push_mark();
        }
        if words::leading(&statement.text, 4).iter().any(|word| word == "CLIENT_MIN_MESSAGES") {
            self.silent = true;
            self.batch.silence();
        }
    }

    async fn data(&mut self, data: &str) -> Result<(), Failure> {
        let Some(sink) = &mut self.copying else { return Ok(()) };
        let place = self.copied;
        let sent = self.executor.attended(self.script, &|| place, copy_data(sink, data)).await;
        match sent {
            Ok(()) => Ok(()),
            // The sink only knows that the server stopped reading; the answer says why.
            Err(error) if error.as_db_error().is_none() && !self.executor.session.is_closed() => {
                self.end_copy().await?;
                Err(self.disconnected(error))
            }
            Err(error) => Err(self.data_failed(error)),
        }
    }

    pub(super) async fn end_copy(&mut self) -> Result<(), Failure> {
        let Some(mut sink) = self.copying.take() else { return Ok(()) };
        let place = self.copied;
        let rows = self.executor.attended(self.script, &|| place, sink.as_mut().finish()).await;
        rows.map(|_| ()).map_err(|error| self.data_failed(error))
    }

    async fn flush(&mut self) -> Result<(), Failure> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let batch = std::mem::replace(&mut self.batch, Batch::of(&self.script.label));
        let sent = self.executor.send(self.script, &batch).await;
        sent.map_err(|refusal| refusal.explain(self.script, &batch))?;
        if self.within && self.executor.session.tap().transaction_status() != TransactionStatus::InTransaction
        {
            return Err(Failure::Other(Error::Refused {
                message: format!(
                    "{} ended the transaction in which it ran: what it did before that is committed, and it is not in the \
                     history",
                    self.script.label
                ),
                help: "`pgkeel validate` tells what of it is there; take COMMIT and ROLLBACK out of what it runs".to_owned(),
            }));
        }
        Ok(())
    }

    /// The whole of a script in one message; it holds no `COPY ... FROM stdin`.
    pub(super) fn whole(executor: &'a Executor<'a>, script: &'a Script<'a>, frame: &Frame) -> Batch {
        let mut run = Self::new(executor, script, 0);
        run.begin(&frame.guard, frame.settings);
        for statement in script.part.in_memory() {
            run.add(statement);
        }
        run.close(frame);
        run.batch
    }

    /// Adds the records and COMMIT, and sends what is left.
    pub(super) async fn commit(mut self, frame: &Frame) -> Result<(), Failure> {
        self.end_copy().await?;
        self.close(frame);
        self.within = false;
        if self.batch.is_empty() {
            return Ok(());
        }
        let sent = self.executor.send(self.script, &self.batch).await;
        match sent {
            Ok(()) => Ok(()),
            Err(refusal) => self.executor.whole_refused(self.script, &self.batch, refusal).await,
        }
    }

    /// Adds the records, COMMIT and what comes behind it.
    fn close(&mut self, frame: &Frame) {
        let runs_code = runs_code(self.script.part);
        // Whoever the script or a setting made it: its records are written by who runs pgkeel.
        if runs_code || self.executor.project_settings(frame.settings, true).is_some() {
            self.own("become itself again", "RESET SESSION AUTHORIZATION");
            self.own("become itself again", "RESET ROLE");
        }
        if !runs_code {
            // What only says what there is cannot have let go of the lock, and leaves nothing in the session.
            self.record(frame);
            self.own("reset the session", "RESET ALL");
            return;
        }
        let check = self.executor.last_check(self.script);
        self.own("check its lock", &check);
        self.record(frame);
        Executor::push_reset(&mut self.batch);
    }

    fn record(&mut self, frame: &Frame) {
        for record in &frame.records {
            self.own("record what was done", record);
        }
        self.own(COMMIT, "COMMIT");
    }

    fn copy_failed(&self, index: usize, statement: &Statement, error: tokio_postgres::Error) -> Failure {
        let Some(db) = error.as_db_error().filter(|_| !ends_the_connection(&error)) else {
            return self.disconnected(error);
        };
        let inside = match db.position() {
            Some(tokio_postgres::error::ErrorPosition::Original(at)) => (*at as usize).saturating_sub(1),
            _ => 0,
        };
        let error = at_statement(self.script, index, statement.position, inside, inside > 0, db);
        Failure::Statement(Box::new(error))
    }

    /// PostgreSQL names the line of the data in its CONTEXT; without that our line is the one of the COPY.
    fn data_failed(&self, error: tokio_postgres::Error) -> Failure {
        let Some(db) = error.as_db_error().filter(|_| !ends_the_connection(&error)) else {
            return self.disconnected(error);
        };
        let index = self.index.saturating_sub(1);
        let position = self.script.part.in_memory().nth(index).map(|statement| {
            let in_data =
                db.where_().and_then(|place| line_of_data(&statement.text, statement.position, place));
            in_data.unwrap_or(statement.position)
        });
        let position = position.unwrap_or(pgkeel_core::sql::position::Position::START);
        Failure::Statement(Box::new(at_statement(self.script, index, position, 0, false, db)))
    }

    fn disconnected(&self, error: tokio_postgres::Error) -> Failure {
        Refusal { error, completed: 0 }.explain(self.script, &Batch::default())
    }
}

/// Whether a script speaks of advisory locks: what it leaves of them is said under its own name then.
pub(super) fn takes_locks(script: &Script<'_>) -> bool {
    script.part.in_memory().any(|statement| statement.text.to_ascii_lowercase().contains("advisory_"))
}
