//! How a run gets to its database: a session that is fit for long work, a look at what the server is, and the history's
//! lock; and how often a lost session is replaced.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use pgkeel_core::event::Event;

use crate::apply::{Executor, Failure, Fate, Former, RunOptions, Suspicion, Watch};
use crate::database::{Capabilities, ConnectOptions, Session, Target, connect};
use crate::error::Error;
use crate::lock::{self, Locked};
use crate::preflight;
use crate::store::Store;

mod outcome;

/// How often a run connects again before it gives up.
pub(crate) const RECONNECTS: u32 = 5;

/// How long a server that went away may take to come back.
const COMES_BACK: Duration = Duration::from_mins(1);

/// Everything that it takes to get there.
pub(crate) struct Access<'a> {
    pub(crate) target: &'a Target,
    pub(crate) connect: &'a ConnectOptions,
    pub(crate) embedded: bool,
    pub(crate) store: &'a Store,
    /// How long to wait for another runner.
    pub(crate) lock_wait: Duration,
    pub(crate) run: &'a RunOptions,
    pub(crate) observe: &'a (dyn Fn(Event) + Send + Sync),
    /// The session that works, for when it is lost.
    pub(crate) former: Former,
}

/// A session that holds the lock, and what is known of its server.
pub(crate) struct Opened {
    pub(crate) locked: Locked,
    /// Whether another runner worked first.
    pub(crate) waited: bool,
    /// What became of the transaction of the session that was lost before.
    pub(crate) fate: Fate,
    notices_dead_clients: bool,
    /// Whether the database has `pg_stat_statements`.
    pub(crate) has_counters: bool,
}

impl<'a> Access<'a> {
    /// Connects, looks at the server and takes the lock. `again` is true after a lost session: the server may take its
    /// time to come back, and the old session to end. `outcome` says what was done before, for whoever gives up here.
    pub(crate) async fn open(&self, again: bool, outcome: &str) -> Result<Opened, Failure> {
        let session = self.connect(again, outcome).await?;
        let found = Capabilities::probe(session.client(), session.tap()).await;
        let found = found.map_err(|error| Failure::of(error.into()))?;
        preflight::target(&found, self.run).map_err(Failure::Other)?;
        preflight::pool(&found, &session, self.target, self.connect).await.map_err(Failure::of)?;
        let fate = match self.former.lost() {
            Some(lost) => self.outcome_of(lost, &session).await.map_err(Failure::of)?,
            None => Fate::Unknown,
        };
        let waited = AtomicBool::new(false);
        let watch = |event: Event| {
            waited.store(true, Ordering::Relaxed);
            (self.observe)(event);
        };
        let wait = if again { self.lock_wait.max(COMES_BACK) } else { self.lock_wait };
        let locked = lock::acquire_unless(session, self.store, wait, &self.run.cancel, &watch).await;
        let locked = locked.map_err(Failure::of)?;
        self.former.works(found.backend_pid);
        Ok(Opened {
            locked,
            waited: waited.into_inner(),
            fate,
            notices_dead_clients: !self.embedded && found.version.contains("linux"),
            has_counters: !self.embedded && found.extension("pg_stat_statements").is_some(),
        })
    }

    /// The executor over such a session.
    pub(crate) fn executor<'s>(&'s self, opened: &'s Opened, watch: Option<&'s Watch<'s>>) -> Executor<'s> {
        Executor {
            session: opened.locked.session(),
            store: self.store,
            options: self.run,
            observe: self.observe,
            watch,
            former: &self.former,
            notices_dead_clients: opened.notices_dead_clients,
            suspicion: Suspicion::default(),
        }
    }

    /// An executor over a session without the lock: only for looking.
    pub(crate) fn looking<'s>(&'s self, session: &'s Session) -> Executor<'s> {
        Executor {
            session,
            store: self.store,
            options: self.run,
            observe: self.observe,
            watch: None,
            former: &self.former,
            notices_dead_clients: false,
            suspicion: Suspicion::default(),
        }
    }

    /// The connection that watches; the embedded engine has only one.
    pub(crate) fn watch(&self) -> Option<Watch<'a>> {
        (!self.embedded).then(|| Watch::new(self.target, self.connect))
    }

    async fn connect(&self, again: bool, outcome: &str) -> Result<Session, Failure> {
        let mut options = self.connect.clone();
        if !self.embedded {
            // What roles and databases set for applications is not meant for migrations. From the start-up packet these
            // also survive RESET ALL.
            for name in [
                "statement_timeout",
                "lock_timeout",
                "idle_in_transaction_session_timeout",
                "idle_session_timeout",
            ] {
                options = options.setting(name, "0");
            }
            options = options
                .setting("standard_conforming_strings", "on")
                .setting("tcp_keepalives_idle", "30")
                .setting("tcp_keepalives_interval", "10")
                .setting("tcp_keepalives_count", "3");
        }
        if again {
            options = options.waiting(COMES_BACK);
        }
        let connected = tokio::select! {
            connected = connect(self.target, &options) => connected,
            () = self.run.cancel.cancelled() => {
                return Err(Failure::Other(Error::Interrupted { outcome: outcome.to_owned() }));
            }
        };
        connected.map_err(|error| {
            let error = Error::from(error);
            if again {
                return Failure::Other(Error::Lost { source: Box::new(error), outcome: outcome.to_owned() });
            }
            Failure::Other(error)
        })
    }
}

impl Opened {
    /// Refuses when the server says that the transaction of the lost session was committed, and what it wrote is not there.
    /// `label` names the work, `row` what it wrote.
    ///
    /// # Errors
    /// [`Error::Refused`] then.
    pub(crate) fn believe(&self, label: &str, row: &str) -> Result<(), Error> {
        let Fate::Committed(number) = self.fate else { return Ok(()) };
        Err(Error::Refused {
            message: format!(
                "the connection was lost while {label} was being committed: the server says that its transaction {number} \
                 was committed, but {row} is not there"
            ),
            help: "either somebody took it out since, or the address leads to another server now (a failover that lost the \
                   last commits); `pgkeel status` and `pgkeel validate` tell what is there, and the next run goes by that"
                .to_owned(),
        })
    }
}

/// Sessions that a run lost.
#[derive(Debug, Default)]
pub(crate) struct Losses {
    /// Since something was last done.
    pub(crate) count: u32,
    /// What was done when the last one was lost.
    done: usize,
}

impl Losses {
    /// Counts a lost session; one after which more was done than before counts as the first. `done` is any number that
    /// grows with the work.
    ///
    /// # Errors
    /// The run gets no further: it was lost too often, or it was asked to stop meanwhile.
    pub(crate) fn again(
        &mut self,
        lost: Error,
        done: usize,
        outcome: &str,
        access: &Access<'_>,
    ) -> Result<(), Error> {
        if access.run.cancel.is_cancelled() {
            return Err(Error::Interrupted { outcome: outcome.to_owned() });
        }
        if done > self.done {
            self.count = 0;
        }
        self.done = done;
        self.count += 1;
        if self.count > RECONNECTS {
            let outcome =
                format!("{outcome}; the connection was lost {RECONNECTS} times without getting any further");
            return Err(Error::Lost { source: Box::new(lost), outcome });
        }
        (access.observe)(Event::Reconnecting { attempt: self.count, reason: lost.to_string() });
        Ok(())
    }
}
