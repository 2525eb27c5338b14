//! `guard`: event triggers that record, or refuse, DDL that does not come through pgkeel.
//!
//! pgkeel's own sessions are known by the advisory lock of pgkeel's class that each of them holds while it changes a
//! schema: nobody takes that lock by accident, and it needs no setting that a pooler would leak. PostgreSQL
//! documentation, chapter 40 "Event Triggers".

use std::time::Duration;

use pgkeel_core::event::Event;
use pgkeel_core::finding::Finding;
use pgkeel_core::guard::{Mode, Recorded, name_culprits};
use pgkeel_core::sql::ident::{Ident, Literal, qualified};
use tokio_postgres::error::SqlState;

use crate::answer::{ask, text, truth};
use crate::apply::RunOptions;
use crate::database::{ConnectOptions, Query, Target};
use crate::error::Error;
use crate::lock;
use crate::store::Store;

mod script;

/// How many records are looked through for who made a change.
pub(crate) const RECORDS: u32 = 10_000;

pub use script::{install, remove};

/// Everything that switching the guard needs.
pub struct GuardJob<'a> {
    /// The database.
    pub target: &'a Target,
    /// How to connect to it.
    pub connect: ConnectOptions,
    /// The history, in whose namespace the guard lives.
    pub store: &'a Store,
    /// How long to wait for another runner.
    pub lock_wait: Duration,
    /// Which checks are passed over, what the database is called, and how a wait is ended.
    pub run: RunOptions,
    /// Takes the events.
    pub observe: &'a (dyn Fn(Event) + Send + Sync),
}

/// A guard as a database has it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Guard {
    /// What it does.
    pub mode: Mode,
    /// Since when, server time, UTC.
    pub installed_at: String,
    /// The role that installed it.
    pub installed_by: String,
    /// The pgkeel that installed it.
    pub tool_version: String,
    /// Roles whose DDL passes unseen.
    pub allowed_roles: Vec<String>,
    /// Event triggers that are missing or disabled; with any, DDL passes unseen.
    pub broken: Vec<String>,
    /// How many objects were changed outside pgkeel since.
    pub records: u64,
}

impl GuardJob<'_> {
    /// Installs the guard, or changes its mode; what was recorded stays.
    ///
    /// # Errors
    /// [`Error::Refused`] when the role may not create event triggers, or the server fires none; nothing is changed then.
    pub async fn on(&self, mode: Mode, allowed_roles: &[String]) -> Result<Guard, Error> {
        let locked = self.locked().await?;
        let client = locked.session().client();
        let result = switch_on(client, self.store, mode, allowed_roles).await;
        locked.release().await;
        result
    }

    /// Removes the guard with everything it recorded; returns how many records that were, `None` when there was no guard.
    ///
    /// # Errors
    /// The server failed, or the role does not own the guard.
    pub async fn off(&self) -> Result<Option<u64>, Error> {
        let locked = self.locked().await?;
        let client = locked.session().client();
        let result = async {
            let Some(guard) = read(client, self.store).await? else { return Ok(None) };
            send(client, &remove(self.store))
                .await
                .map_err(|error| not_allowed(error, "remove the guard"))?;
            Ok(Some(guard.records))
        };
        let result = result.await;
        locked.release().await;
        result
    }

    async fn locked(&self) -> Result<lock::Locked, Error> {
        lock::acquire(self.target, &self.connect, self.store, self.lock_wait, &self.run, self.observe).await
    }
}

async fn switch_on(
    client: &tokio_postgres::Client,
    store: &Store,
    mode: Mode,
    allowed_roles: &[String],
) -> Result<Guard, Error> {
    let sql = install(store, mode, allowed_roles);
    let open = sql.strip_suffix("COMMIT;\n").unwrap_or(&sql);
    send(client, open).await.map_err(|error| not_allowed(error, "install the guard"))?;
    // A change of its own, which it must notice: the embedded engine, for one, fires no event triggers at all.
    let probe = format!(
        "COMMENT ON TABLE {} IS NULL; SELECT pg_catalog.current_setting('pgkeel.guard_fired', true)",
        qualified(store.namespace(), "guard_log")
    );
    let fired = ask(client, "trying the guard", &probe).await?;
    if fired.first().is_none_or(|row| text(row, 0).is_empty()) {
        send(client, "ROLLBACK").await.map_err(Error::server("undoing the guard"))?;
        return Err(Error::Refused {
            message: "this server fires no event triggers, so a guard would guard nothing; nothing was installed".to_owned(),
            help: "PostgreSQL in single-user mode, which the embedded engine is, and servers with event_triggers = off \
                   have none. `pgkeel drift` finds out what changed without a guard, though not who did it"
                .to_owned(),
        });
    }
    send(client, "COMMIT").await.map_err(Error::server("installing the guard"))?;
    read(client, store).await?.ok_or_else(|| Error::Refused {
        message: "the guard was removed again by somebody else".to_owned(),
        help: "`pgkeel guard on`".to_owned(),
    })
}

/// Runs a whole transaction; after an error nothing of it is left open.
async fn send(client: &tokio_postgres::Client, sql: &str) -> Result<(), tokio_postgres::Error> {
    let done = client.batch_execute(sql).await;
    if done.is_err() {
        // Nothing to add to the first error if this fails too: the connection is gone, and so is the transaction.
        let _ = client.batch_execute("ROLLBACK").await;
    }
    done
}

fn not_allowed(error: tokio_postgres::Error, doing: &str) -> Error {
    match error.as_db_error() {
        Some(refusal) if *refusal.code() == SqlState::INSUFFICIENT_PRIVILEGE => Error::Refused {
            message: format!("this role may not {doing}: {}; nothing was changed", refusal.message()),
            help: "PostgreSQL lets only superusers create event triggers; managed services lend the right to one role \
                   (rds_superuser on Amazon RDS, cloudsqlsuperuser on Cloud SQL, neon_superuser on Neon, postgres on Supabase, \
                   the administrator on Azure).\nLet somebody who has it run `pgkeel guard on --database URL` once, or run the \
                   SQL that `pgkeel guard on --print` prints: the guard then watches every role.\nWithout it, `pgkeel validate` \
                   and `pgkeel drift` still find every change, though not who made it"
                .to_owned(),
        },
        _ => Error::Server { doing: doing.to_owned(), source: error },
    }
}

/// The guard of this history, if the database has one and this role may read it.
///
/// # Errors
/// The server failed.
pub async fn read(client: &impl Query, store: &Store) -> Result<Option<Guard>, Error> {
    if !readable(client, store, "guard_settings").await? {
        return Ok(None);
    }
    let ns = store.namespace();
    let expected: Vec<String> =
        script::triggers(store, Mode::Refuse).into_iter().map(|(name, _)| name).collect();
    let names: Vec<String> = expected.iter().map(|name| Literal(name).to_string()).collect();
    let sql = format!(
        "SELECT mode, pg_catalog.to_char(installed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), installed_by, \
         tool_version, pg_catalog.to_json(allowed_roles), (SELECT count(*) FROM {}.guard_log), \
         (SELECT pg_catalog.json_agg(evtname) FROM pg_catalog.pg_event_trigger WHERE evtenabled IN ('O', 'A') \
          AND evtname IN ({})) FROM {}.guard_settings",
        Ident(ns),
        names.join(", "),
        Ident(ns),
    );
    let rows = ask(client, "reading the guard", &sql).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let mode = if text(row, 0) == "refuse" { Mode::Refuse } else { Mode::Record };
    let list = |column| serde_json::from_str::<Vec<String>>(&text(row, column)).unwrap_or_default();
    let enabled = list(6);
    let wanted = script::triggers(store, mode).into_iter().map(|(name, _)| name);
    Ok(Some(Guard {
        mode,
        installed_at: text(row, 1),
        installed_by: text(row, 2),
        tool_version: text(row, 3),
        allowed_roles: list(4),
        broken: wanted.filter(|name| !enabled.contains(name)).collect(),
        records: text(row, 5).parse().unwrap_or_default(),
    }))
}

/// What was recorded, oldest first; only the newest `limit` when there are more. Nothing when there is no guard, or the
/// role may not read it.
///
/// # Errors
/// The server failed.
pub async fn records(client: &impl Query, store: &Store, limit: u32) -> Result<Vec<Recorded>, Error> {
    if !readable(client, store, "guard_log").await? {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT pg_catalog.to_jsonb(l) || pg_catalog.jsonb_build_object('transaction', transaction::text, 'at', \
         pg_catalog.to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')) \
         FROM {}.guard_log l ORDER BY id DESC LIMIT {limit}",
        Ident(store.namespace())
    );
    let rows = ask(client, "reading what the guard recorded", &sql).await?;
    let mut records: Vec<Recorded> =
        rows.iter().filter_map(|row| serde_json::from_str(&text(row, 0)).ok()).collect();
    records.reverse();
    Ok(records)
}

/// Adds to findings about the live schema who made the change, as far as the guard knows.
///
/// # Errors
/// The server failed.
pub async fn explain(
    client: &impl Query,
    store: &Store,
    findings: Vec<Finding>,
) -> Result<Vec<Finding>, Error> {
    if findings.is_empty() {
        return Ok(findings);
    }
    Ok(name_culprits(findings, &records(client, store, RECORDS).await?))
}

/// Whether a table of the guard is there and this role may read it.
async fn readable(client: &impl Query, store: &Store, table: &str) -> Result<bool, Error> {
    let sql = format!(
        "SELECT pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT') \
         FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname = {} AND c.relname = {}",
        Literal(store.namespace()),
        Literal(table)
    );
    Ok(ask(client, "asking for the guard", &sql).await?.first().is_some_and(|row| truth(row, 0)))
}
