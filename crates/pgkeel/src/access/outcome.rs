//! Before a new session works: the lost one is over, and what became of its transaction is known.

use std::time::{Duration, Instant};

use pgkeel_core::event::Event;

use super::{Access, COMES_BACK};
use crate::answer::{Row, ask, text, truth};
use crate::apply::{Fate, Lost};
use crate::database::Session;
use crate::error::Error;

/// The pauses between looks: most sessions end at once.
const PAUSES: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(200));

/// A lost session that the server itself has not ended by then is ended: nobody is left to hear of its work. The server
/// looks every two seconds whether somebody is, where it can see the connection.
const PATIENCE: Duration = Duration::from_secs(5);

impl Access<'_> {
    /// Waits until the lost session has given up its transaction and the lock, ends it when it takes too long, and says what
    /// became of the transaction.
    ///
    /// # Errors
    /// The connection is gone, too.
    pub(super) async fn outcome_of(&self, lost: Lost, session: &Session) -> Result<Fate, Error> {
        let begun = Instant::now();
        let mut ended = false;
        let (mut pause, longest) = PAUSES;
        loop {
            let Some(seen) = self.look_at(lost, session).await? else { return Ok(Fate::Unknown) };
            let (status, holds) = (text(&seen, 0), truth(&seen, 1));
            let waited = begun.elapsed();
            let over = status != "in progress" && !holds;
            if over || waited >= COMES_BACK || self.run.cancel.is_cancelled() {
                return Ok(match (status.as_str(), lost.transaction) {
                    ("committed", Some(number)) => Fate::Committed(number),
                    ("aborted", _) => Fate::Aborted,
                    _ => Fate::Unknown,
                });
            }
            (self.observe)(Event::WaitingForLock {
                holder: words(lost, &status),
                waited_ms: u64::try_from(waited.as_millis()).unwrap_or(u64::MAX),
            });
            if waited >= PATIENCE && !ended {
                ended = true;
                self.end(lost, session).await?;
            }
            self.run.cancel.sleep(pause).await;
            pause = (pause * 2).min(longest);
        }
    }

    /// The state of its transaction, and whether it still holds the lock; none when the server cannot say.
    async fn look_at(&self, lost: Lost, session: &Session) -> Result<Option<Row>, Error> {
        let status = match lost.transaction {
            Some(number) => format!("pg_catalog.pg_xact_status('{number}'::pg_catalog.xid8)"),
            None => "NULL".to_owned(),
        };
        let sql = format!("SELECT {status}, EXISTS ({})", self.lock_of(lost));
        match ask(session.client(), "asking what became of a transaction", &sql).await {
            Ok(rows) => Ok(rows.into_iter().next()),
            Err(error) if error.is_disconnect() => Err(error),
            // After a failover the number may be one that is still to come: the history alone decides.
            Err(_) => Ok(None),
        }
    }

    /// Ends it, if it is still there and ours: the process that holds the lock, under the name of this run.
    async fn end(&self, lost: Lost, session: &Session) -> Result<(), Error> {
        let sql = format!(
            "SELECT pg_catalog.pg_terminate_backend(a.pid) FROM pg_catalog.pg_stat_activity a WHERE a.pid = {} AND \
             a.application_name = pg_catalog.current_setting('application_name') AND EXISTS ({})",
            lost.backend,
            self.lock_of(lost),
        );
        match ask(session.client(), "ending the lost session", &sql).await {
            Err(error) if error.is_disconnect() => Err(error),
            // Whoever may not end it waits on.
            _ => Ok(()),
        }
    }

    fn lock_of(&self, lost: Lost) -> String {
        let (class, key) = self.store.lock_key();
        format!(
            "SELECT FROM pg_catalog.pg_locks l WHERE l.locktype = 'advisory' AND l.classid = {}::oid AND l.objid = {}::oid \
             AND l.objsubid = 2 AND l.granted AND l.pid = {} AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d \
             WHERE d.datname = pg_catalog.current_database())",
            class.cast_unsigned(),
            key.cast_unsigned(),
            lost.backend,
        )
    }
}

fn words(lost: Lost, status: &str) -> String {
    let Lost { backend, transaction } = lost;
    match transaction {
        Some(number) if status == "in progress" => format!(
            "the connection that was lost, whose transaction {number} is still in progress (server process {backend})"
        ),
        _ => format!("the connection that was lost, which still has the lock (server process {backend})"),
    }
}
