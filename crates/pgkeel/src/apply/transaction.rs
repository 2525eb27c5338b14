//! Work in one transaction together with what records it.

use std::path::Path;
use std::pin::Pin;

use bytes::Bytes;
use pgkeel_core::event::{Blocker, Event};
use pgkeel_core::sql::batch::Batch;
use pgkeel_core::sql::script::{Piece, Statement};
use pgkeel_core::sql::words;
use tokio_postgres::CopyInSink;

use super::failure::{Refusal, at_statement};
use super::former::{BEGINS, NUMBER};
use super::send::{Place, copy_data};
use super::{Executor, Failure, Script, Watch, Work};
use crate::database::TransactionStatus;
use crate::error::{Error, ends_the_connection};
use crate::pieces::Pieces;

/// A batch is sent when it has this many bytes: the server needs about ten times as much memory to parse it.
const FULL: usize = 256 * 1024;

type Copying = Pin<Box<CopyInSink<Bytes>>>;

impl Executor<'_> {
    /// Does work together with what records it.
    pub(super) async fn run_whole(&self, work: &Work<'_>) -> Result<(), Failure> {
        let Work { script, folder, ledger, settings, .. } = work;
        let guard = self.suspicion.guard(self.store, work);
        let frame = Frame { guard, records: ledger.whole.clone(), settings };
        self.run_in_transaction(script, folder, &frame).await
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
            let Err(mut failure) = self.try_transaction(script, folder, frame).await else { return Ok(()) };
            if matches!(failure, Failure::Disconnected(_)) {
                return Err(failure);
            }
            self.roll_back().await?;
            if !self.pause_before_retry(script, &mut attempt, &mut failure).await {
                return Err(failure);
            }
        }
    }

    /// Whether a failed transaction is to be tried again; waits before it is.
    pub(super) async fn pause_before_retry(
        &self,
        script: &Script<'_>,
        attempt: &mut u32,
        failure: &mut Failure,
    ) -> bool {
        let cancel = &self.options.cancel;
        let retries = script.part.directives.retries.unwrap_or(self.options.retries);
        if !failure.is_transient() || *attempt >= retries || cancel.is_cancelled() {
            let blockers = self.watch.map(Watch::take_blockers).unwrap_or_default();
            failure.name(&blockers, *attempt + 1);
            return false;
        }
        let pause = self.pause(*attempt, &script.part.directives);
        *attempt += 1;
        self.tell_retry(script, *attempt, failure, pause);
        cancel.sleep(pause).await;
        !cancel.is_cancelled()
    }

    async fn try_transaction(
        &self,
        script: &Script<'_>,
        folder: &Path,
        frame: &Frame,
    ) -> Result<(), Failure> {
        let mut pieces = Pieces::of(script.part, &folder.join(file_name(&script.part.file)))?;
        let mut run = Run::new(self, script, 0);
        run.begin(&frame.guard, frame.settings);
        while let Some(piece) = pieces.next()? {
            run.piece(&piece).await?;
        }
        run.commit(frame).await
    }

    /// What is asked behind a script's last statement: whether it still has the lock; and locks that it leaves are released.
    pub(super) fn last_check(&self, script: &Script<'_>) -> String {
        let (hold, tidy) = (self.store.hold(), self.store.tidy());
        if takes_locks(script) { format!("SELECT {tidy}, {hold}") } else { format!("SELECT {hold}") }
    }

    /// Runs a hook's statements in one transaction with their `record`.
    pub(crate) async fn run_hook(
        &self,
        script: &Script<'_>,
        folder: &Path,
        record: String,
    ) -> Result<(), Failure> {
        let guard = format!("{}, {}", self.store.tidy(), self.store.hold());
        let frame = Frame { guard, records: vec![record], settings: &[] };
        self.run_in_transaction(script, folder, &frame).await
    }

    /// Runs a script's statements in a transaction that somebody else begins and ends.
    pub(crate) async fn run_inside(&self, script: &Script<'_>, folder: &Path) -> Result<(), Failure> {
        let mut pieces = Pieces::of(script.part, &folder.join(file_name(&script.part.file)))?;
        let mut run = Run::new(self, script, 0);
        while let Some(piece) = pieces.next()? {
            run.piece(&piece).await?;
        }
        run.end().await
    }

    /// After a failure: out of the transaction, and nothing of it left in the session.
    pub(crate) async fn roll_back(&self) -> Result<(), Failure> {
        let mut batch = Batch::default();
        batch.push_own("roll back", "ROLLBACK");
        Self::push_reset(&mut batch);
        let rolled_back = self.session.client().batch_execute(batch.text()).await;
        rolled_back
            .map_err(|source| Failure::of(Error::Server { doing: "rolling back".to_owned(), source }))?;
        self.former.is_over();
        // Its warning that there was no transaction is of no interest to anyone.
        self.session.tap().take_notices();
        Ok(())
    }

    fn tell_retry(&self, script: &Script<'_>, attempt: u32, failure: &Failure, pause: std::time::Duration) {
        let Failure::Statement(error) = failure else { return };
        (self.observe)(Event::Retrying {
            label: script.label.clone(),
            attempt,
            reason: format!("line {}: {}", error.position.line, error.message),
            blockers: self
                .watch
                .map(Watch::take_blockers)
                .unwrap_or_default()
                .iter()
                .map(Blocker::to_string)
                .collect(),
            pause_ms: u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
        });
    }
}

/// Names and values of server settings.
pub(crate) type Settings = &'static [(&'static str, &'static str)];

/// What stands around a script's statements in their transaction.
pub(crate) struct Frame {
    /// A call that fails when the session has lost the lock, or the script must not run.
    pub(crate) guard: String,
    /// Statements that record what was done.
    pub(crate) records: Vec<String>,
    /// Settings that hold in it, under what the project sets.
    pub(crate) settings: Settings,
}

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
            index,
            escapes: false,
            within: false,
        }
    }

    /// Opens the transaction, checks the lock and sets what holds in it.
    pub(super) fn begin(&mut self, guard: &str, settings: Settings) {
        self.batch.push_own("begin the transaction", "BEGIN ISOLATION LEVEL READ COMMITTED");
        self.executor.former.is_over();
        let more = format!("{guard}, {NUMBER}");
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
        self.flush().await?;
        self.executor.former.is_over();
        Ok(())
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
            self.mark(statement);
            self.batch.push_user(index, statement);
            return Ok(());
        }
        let place = || Some(Place { index, line: statement.position.line });
        let copy = self.executor.begin_copy(&statement.text);
        let sink = self.executor.attended(self.script, &place, copy).await;
        let sink = sink.map_err(|error| self.copy_failed(index, statement, error))?;
        self.copying = Some(Box::pin(sink));
        self.copied = place();
        Ok(())
    }

    /// Lets the server say that it has come to a statement, unless that one takes no time.
    fn mark(&mut self, statement: &Statement) {
        if self.executor.watch.is_none() || self.silent {
            return;
        }
        let first = words::leading(&statement.text, 4);
        let row = first.first().is_some_and(|word| word == "INSERT")
            && statement.text.len() < 4096
            && !statement.text.to_ascii_uppercase().contains("SELECT");
        if !row {
            self.batch.push_mark();
        }
        if first.iter().any(|word| word == "CLIENT_MIN_MESSAGES") {
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

    async fn commit(mut self, frame: &Frame) -> Result<(), Failure> {
        self.end_copy().await?;
        // Whoever the script became: its records are written by who runs pgkeel.
        self.own("become itself again", "RESET SESSION AUTHORIZATION");
        self.own("become itself again", "RESET ROLE");
        let check = self.executor.last_check(self.script);
        self.own("check its lock", &check);
        for record in &frame.records {
            self.own("record what was done", record);
        }
        self.own("commit", "COMMIT");
        Executor::push_reset(&mut self.batch);
        self.end().await
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

    /// PostgreSQL names the line of the data in its CONTEXT; our line is that of the COPY.
    fn data_failed(&self, error: tokio_postgres::Error) -> Failure {
        let Some(db) = error.as_db_error().filter(|_| !ends_the_connection(&error)) else {
            return self.disconnected(error);
        };
        let index = self.index.saturating_sub(1);
        let position = self.script.part.in_memory().nth(index).map(|statement| statement.position);
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

/// The last part of a displayed path.
pub(super) fn file_name(shown: &str) -> &str {
    shown.rsplit(['/', '\\']).next().unwrap_or(shown)
}
