//! How a run gets to its database: a session that is fit for long work, a look at what the server is, and the history's
//! lock; and how often a lost session is replaced.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use pgkeel_core::event::Event;

use crate::apply::{Executor, Failure, RunOptions, Suspicion, Watch};
use crate::database::{Capabilities, ConnectOptions, Session, Target, connect};
use crate::error::Error;
use crate::lock::{self, Locked};
use crate::preflight;
use crate::store::Store;

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
}

/// A session that holds the lock, and what is known of its server.
pub(crate) struct Opened {
    pub(crate) locked: Locked,
    /// Whether another runner worked first.
    pub(crate) waited: bool,
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
        let waited = AtomicBool::new(false);
        let watch = |event: Event| {
            waited.store(true, Ordering::Relaxed);
            (self.observe)(event);
        };
        let wait = if again { self.lock_wait.max(COMES_BACK) } else { self.lock_wait };
        let locked = lock::acquire_unless(session, self.store, wait, &self.run.cancel, &watch).await;
        Ok(Opened {
            locked: locked.map_err(Failure::of)?,
            waited: waited.into_inner(),
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
            notices_dead_clients: opened.notices_dead_clients,
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
