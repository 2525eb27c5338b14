//! The lock of a history: one runner works, the others wait without holding a snapshot, or are told who works.
//!
//! A session-level advisory lock on the very session that runs the migrations, taken by polling: a blocking
//! `pg_advisory_lock` would hold a snapshot that CREATE INDEX CONCURRENTLY waits for (PostgreSQL documentation,
//! section 13.3.5 and CREATE INDEX, "Building Indexes Concurrently").

use std::time::{Duration, Instant};

use pgkeel_core::event::Event;
use pgkeel_core::health::{labelled_without_constants, without_constants};
use pgkeel_core::sql::batch;

use crate::answer::{ask, text, truth};
use crate::apply::RunOptions;
use crate::cancel::Cancel;
use crate::database::{Capabilities, ConnectOptions, Query, Session, Target, connect};
use crate::error::Error;
use crate::preflight;
use crate::store::Store;

/// Who holds a history's lock.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Holder {
    /// Process id of its backend on the server.
    pub backend_pid: i32,
    /// Its application name: pgkeel puts host and process id of the runner there.
    pub application: String,
    /// The runner's host, as it calls itself.
    pub host: Option<String>,
    /// The runner's process there.
    pub process: Option<u32>,
    /// Address it connects from; `local` for a Unix socket.
    pub client: String,
    /// Role.
    pub role: String,
    /// Since when it is connected, server time.
    pub since: String,
    /// What it is doing: the migration, and the beginning of the statement.
    pub statement: String,
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { backend_pid, application, client, role, since, .. } = self;
        write!(f, "{application} from {client} as {role}, server process {backend_pid}, since {since}")
    }
}

/// A session that holds a history's lock. The lock ends with it.
pub struct Locked {
    session: Session,
}

impl Locked {
    /// The session.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Ends the session, and with it the lock, and waits until the server has been told.
    pub async fn release(self) {
        if !self.session.settings_accepted() {
            // A pooler keeps the connection, and the lock with it, when the session ends. A session that is broken has
            // nothing to give back.
            let unlock = "SELECT pg_catalog.pg_advisory_unlock_all()";
            let _ = ask(self.session.client(), "giving the lock back", unlock).await;
        }
        self.session.close().await;
    }
}

/// Connects, looks at what the server is, and takes the lock, waiting at most `wait` for whoever has it. Behind a pooler the
/// lock would stay with a connection of the pool. `run` tells which of these checks are passed over, and how the wait is ended.
///
/// # Errors
/// [`Error::Findings`] for a standby, a read-only default and a pooler; [`Error::Locked`] when the time is over; or the
/// server failed.
pub async fn acquire(
    target: &Target,
    options: &ConnectOptions,
    store: &Store,
    wait: Duration,
    run: &RunOptions,
    observe: &(dyn Fn(Event) + Send + Sync),
) -> Result<Locked, Error> {
    let session = connect(target, options).await?;
    let found = Capabilities::probe(session.client(), session.tap()).await?;
    preflight::target(&found, run)?;
    preflight::pool(&found, &session, target, options).await?;
    acquire_unless(session, store, wait, &run.cancel, observe).await
}

/// The same on a session whose server was looked at, until it is asked to stop.
///
/// # Errors
/// [`Error::Locked`] when the time is over; the server failed; [`Error::Interrupted`] when `cancel` was asked.
pub async fn acquire_unless(
    session: Session,
    store: &Store,
    wait: Duration,
    cancel: &Cancel,
    observe: &(dyn Fn(Event) + Send + Sync),
) -> Result<Locked, Error> {
    let (class, key) = store.lock_key();
    let begun = Instant::now();
    let mut pause = Duration::from_millis(20);
    loop {
        if try_lock(session.client(), class, key).await? {
            return Ok(Locked { session });
        }
        let waited = begun.elapsed();
        let holder = holder(session.client(), store).await?;
        // Released in between, or held by a session whose end the server has not noticed yet: nobody to be waited for.
        let told = holder.is_some() || waited > Duration::from_secs(1);
        let named = holder.map_or_else(|| "it was just released".to_owned(), |holder| holder.to_string());
        if cancel.is_cancelled() {
            return Err(Error::Interrupted {
                outcome: format!("Nothing was changed: another run holds the lock ({named})."),
            });
        }
        if waited >= wait {
            return Err(Error::Locked { namespace: store.namespace().to_owned(), holder: named });
        }
        let waited_ms = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
        if told {
            observe(Event::WaitingForLock { holder: named, waited_ms });
        }
        // Jitter, so that fifty runners do not ask in step.
        cancel.sleep(pause.mul_f64(0.5 + fastrand::f64()).min(wait.saturating_sub(waited))).await;
        pause = (pause * 2).min(Duration::from_secs(1));
    }
}

/// Takes the lock when it is free. It is re-entrant, so a session that has it already gets it again.
pub(crate) async fn try_lock(client: &impl Query, class: i32, key: i32) -> Result<bool, Error> {
    let sql = format!("SELECT pg_catalog.pg_try_advisory_lock({class}, {key})");
    let rows = ask(client, "taking the lock", &sql).await?;
    Ok(rows.first().is_some_and(|row| truth(row, 0)))
}

/// Who holds the lock of this history now.
///
/// # Errors
/// The server failed.
pub async fn holder(client: &impl Query, store: &Store) -> Result<Option<Holder>, Error> {
    let (class, key) = store.lock_key();
    let sql = format!(
        "SELECT a.pid, a.application_name, coalesce(a.client_addr::text, 'local'), a.usename, \
         pg_catalog.to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), \
         a.query, (SELECT w.query FROM pg_catalog.pg_stat_activity w WHERE w.application_name = a.application_name || ' watch' \
         AND w.datname = a.datname LIMIT 1), a.state = 'active' FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid \
         WHERE l.locktype = 'advisory' AND l.classid = {}::oid AND l.objid = {}::oid AND l.objsubid = 2 AND l.granted \
         AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) LIMIT 1",
        class.cast_unsigned(),
        key.cast_unsigned(),
    );
    let rows = ask(client, "asking who holds the lock", &sql).await?;
    let found = rows.first().and_then(|row| {
        let application = text(row, 1);
        let runner = application.rsplit(' ').next().and_then(|last| last.rsplit_once(':'));
        let runner = runner.and_then(|(host, process)| Some((host.to_owned(), process.parse().ok()?)));
        Some(Holder {
            backend_pid: text(row, 0).parse().ok()?,
            host: runner.as_ref().map(|(host, _)| host.clone()),
            process: runner.map(|(_, process)| process),
            application,
            client: text(row, 2),
            role: text(row, 3),
            since: text(row, 4),
            statement: statement(&text(row, 5), &text(row, 6), truth(row, 7)),
        })
    });
    Ok(found)
}

/// What the holder is doing, from its query and from what its second session said last: that one knows the line.
fn statement(query: &str, watching: &str, active: bool) -> String {
    let own = batch::doing(query);
    let label = own.as_deref().map(|own| own.split(": ").next().unwrap_or(own));
    let seen =
        batch::doing(watching).filter(|seen| active && label.is_some_and(|label| seen.starts_with(label)));
    // Constants may be secrets.
    seen.or(own).map_or_else(|| without_constants(query), |own| labelled_without_constants(&own))
}
