//! `sync`: one database brought to another's schema by a plan that was proven first.

use std::time::Duration;

use pgkeel_core::event::Event;

use crate::apply::RunOptions;
use crate::apply::plan::{Allowed, Error, PlanJob};
use crate::database::{ConnectOptions, Target};
use crate::prove::Proven;
use crate::store::Store;

/// A proven plan, and the database that it was made for.
pub struct SyncJob<'a> {
    /// The database.
    pub target: &'a Target,
    /// How to connect to it.
    pub connect: ConnectOptions,
    /// True for the embedded engine.
    pub embedded: bool,
    /// The history, for the lock, the journal and the audit.
    pub store: &'a Store,
    /// What to do.
    pub proven: &'a Proven,
    /// What may be lost by it.
    pub allowed: &'a Allowed,
    /// How long to wait for another runner.
    pub lock_wait: Duration,
    /// Timeouts and retries.
    pub run: RunOptions,
    /// Takes the events.
    pub observe: &'a (dyn Fn(Event) + Send + Sync),
}

impl SyncJob<'_> {
    /// Runs the plan on the database it was made for.
    ///
    /// # Errors
    /// See [`Error`]; whatever was committed before stays and is in the journal.
    pub async fn apply(self) -> Result<(), Error> {
        let Self { target, connect, embedded, store, proven, allowed, lock_wait, run, observe } = self;
        let plan = proven.plan();
        PlanJob { target, connect, embedded, store, plan, allowed, action: "sync", lock_wait, run, observe }
            .run()
            .await
    }
}
