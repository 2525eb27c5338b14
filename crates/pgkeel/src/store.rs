//! The history in the database: the only place that writes it.
//!
//! Namespace `pgkeel` unless configured: `migrations` (one row per applied migration), `journal` (steps that run outside
//! a transaction), `snapshots`, and `audit`, which only grows.

use std::collections::BTreeSet;

use pgkeel_core::history::{Entry, Outcome};
use pgkeel_core::migration::{Migration, Version};
use pgkeel_core::rollback::loss;
use pgkeel_core::schema::Schema;
use pgkeel_core::sql::ident::{Ident, Literal};
use pgkeel_core::validate::Ignored;
use tokio_postgres::{Client, SimpleQueryRow};

use crate::answer::{column, rows as rows_of};
use crate::database::Query;
use crate::error::Error;

mod audit;
mod failures;
mod journal;
mod kept;
mod newest;
mod others;
mod performance;
mod protection;
mod skipped;
mod snapshot;
mod undo;

pub use failures::LastFailure;
pub(crate) use failures::last_failure;
pub(crate) use journal::Note;
pub(crate) use others::note as others_note;
pub(crate) use protection::{SCRIPT_ENDS, SCRIPT_RUNS};
pub use snapshot::Recorded;
pub(crate) use undo::undo_key;

/// The layout that this pgkeel writes. A database with a higher one was written by a newer pgkeel.
const FORMAT: i32 = 1;

/// The version of this pgkeel.
pub const TOOL_VERSION: &str = env!("CARGO_PKG_VERSION");

/// What a database holds of a history.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// True when the namespace has a history table.
    pub exists: bool,
    /// Its rows, by version.
    pub entries: Vec<Entry>,
    /// Migrations that were taken back and of which data is kept aside.
    pub kept: BTreeSet<Version>,
}

impl History {
    /// The row of a migration.
    pub fn entry(&self, version: &Version) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|entry| entry.version.cmp(version));
        at.ok().and_then(|at| self.entries.get(at))
    }
}

/// One history: its namespace, and the SQL that reads and writes it.
#[derive(Debug, Clone)]
pub struct Store {
    namespace: String,
    /// Objects in the database that others own.
    ignored: Ignored,
}

impl Store {
    /// The history in `namespace`.
    pub fn new(namespace: impl Into<String>) -> Self {
        Self { namespace: namespace.into(), ignored: Ignored::default() }
    }

    /// The same history, of a schema to which these objects do not belong: `[expect] ignore`. They are in no fingerprint.
    #[must_use]
    pub fn ignoring(mut self, ignored: Ignored) -> Self {
        self.ignored = ignored;
        self
    }

    /// Of a database's schema what the history is about: without pgkeel's own namespaces, and without what others own.
    pub(crate) fn own(&self, schema: Schema) -> Schema {
        schema.without_namespace(&self.namespace).without_those(|id| self.ignored.holds(id))
    }

    /// Its namespace.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Key of the advisory lock of this history (documentation section 13.3.5): pgkeel's class, and a number made from
    /// the namespace, so that histories of several applications in one database do not wait for one another.
    pub fn lock_key(&self) -> (i32, i32) {
        // FNV-1a: stable across versions of pgkeel and of Rust.
        let hash =
            self.namespace.bytes().fold(0x811c_9dc5_u32, |h, b| (h ^ u32::from(b)).wrapping_mul(16_777_619));
        (0x7067_6b6c, hash.cast_signed())
    }

    /// Reads the history, in one round trip.
    ///
    /// # Errors
    /// The server failed, the role may not read the history, or a newer pgkeel wrote it.
    pub async fn read(&self, client: &impl Query) -> Result<History, Error> {
        let ns = Ident(&self.namespace);
        let about = format!("SELECT format, tool_version FROM {ns}.about");
        let rows = format!(
            "SELECT version, name, checksum_algorithm, checksum, outcome, statements, applied_by, \
             pg_catalog.to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), duration_ms, \
             tool_version, fingerprint, down_script, destroyed FROM {ns}.migrations"
        );
        // Sent together: without a history both fail, and that is the answer.
        let kept = format!("SELECT DISTINCT version FROM {ns}.kept");
        let (about, rows, kept) =
            tokio::join!(client.simple_query(&about), client.simple_query(&rows), client.simple_query(&kept));
        let about = match about {
            Err(error) if is_undefined(&error) => return Ok(History::default()),
            about => about.map_err(|e| self.unreadable(e))?,
        };
        if let Some(row) = rows_of(&about).next() {
            self.check_format(row)?;
        }
        let rows = match rows {
            Err(error) if is_undefined(&error) => return Err(self.damaged()),
            rows => rows.map_err(|e| self.unreadable(e))?,
        };
        let mut entries: Vec<Entry> = rows_of(&rows).filter_map(entry).collect();
        entries.sort_by(|a, b| a.version.cmp(&b.version));
        // Whoever may not read it has nothing to put back.
        let kept = kept.unwrap_or_default();
        let kept = rows_of(&kept).filter_map(|row| Version::parse(column(row, 0)?)).collect();
        Ok(History { exists: true, entries, kept })
    }

    fn check_format(&self, row: &SimpleQueryRow) -> Result<(), Error> {
        let format = column(row, 0).and_then(|text| text.parse::<i32>().ok()).unwrap_or(i32::MAX);
        if format <= FORMAT {
            return Ok(());
        }
        Err(Error::NewerHistory {
            namespace: self.namespace.clone(),
            written_by: column(row, 1).unwrap_or("an unknown version").to_owned(),
            this: TOOL_VERSION.to_owned(),
        })
    }

    /// The history is there and its table of migrations is not: nothing that is left tells what is applied.
    fn damaged(&self) -> Error {
        let ns = Ident(&self.namespace);
        Error::Refused {
            message: format!("the history in namespace {ns} is damaged: its table {ns}.migrations is gone"),
            help: format!(
                "restore the namespace from a backup; without one, DROP SCHEMA {ns} CASCADE and record what the database \
                 has: `pgkeel history stamp --all --reason \"...\"` refuses what is not there"
            ),
        }
    }

    fn unreadable(&self, source: tokio_postgres::Error) -> Error {
        Error::History { namespace: self.namespace.clone(), doing: "read", source }
    }

    /// Creates the history. Only under the lock, so that no two runners race.
    ///
    /// # Errors
    /// The server failed, or the role may not create the namespace.
    pub async fn create(&self, client: &Client) -> Result<(), Error> {
        let ddl = include_str!("store/create.sql")
            .replace("{ns}", &Ident(&self.namespace).to_string())
            .replace("{namespace}", &Literal(&self.namespace).to_string())
            .replace("{format}", &FORMAT.to_string())
            .replace("{tool}", &Literal(TOOL_VERSION).to_string());
        let whole = format!(
            "BEGIN;\nSET LOCAL client_min_messages = warning;\nSET LOCAL search_path = pg_catalog;\n{ddl}\nCOMMIT;"
        );
        let failed = client.batch_execute(&whole).await;
        if let Err(source) = failed {
            // Nothing to add to the first error if this fails too: the connection is gone, and so is the transaction.
            let _ = client.batch_execute("ROLLBACK").await;
            return Err(Error::History { namespace: self.namespace.clone(), doing: "create", source });
        }
        Ok(())
    }

    /// A call that fails with `PKL01` when the session has lost the lock, with `PKL02` when `version` is recorded
    /// already; nobody else can take the lock before the transaction ends.
    pub(crate) fn guard(&self, version: &Version) -> String {
        let version = Literal(version.as_str()).to_string();
        self.call("guard", Some(&version))
    }

    /// The same, and with `PKL04` when the migration `before` is not recorded as applied.
    pub(crate) fn guard_behind(&self, version: &Version, before: Option<&Version>) -> String {
        let Some(before) = before else { return self.guard(version) };
        let (version, before) = (Literal(version.as_str()), Literal(before.as_str()));
        self.call("guard", Some(&format!("{version}, {before}")))
    }

    /// The same for a script that is in the history because it has begun, or is not recorded there.
    pub(crate) fn hold(&self) -> String {
        self.call("hold", None)
    }

    /// The same, which releases whatever other advisory locks the session has.
    pub(crate) fn hold_alone(&self) -> String {
        self.call("hold", Some("true"))
    }

    /// A call that releases the advisory locks that a script left, with a warning. It reads all locks of the server, which
    /// takes as long as a small migration.
    pub(crate) fn tidy(&self) -> String {
        self.call("tidy", None)
    }

    fn call(&self, function: &str, more: Option<&str>) -> String {
        let (class, key) = self.lock_key();
        let more = more.map(|more| format!(", {more}")).unwrap_or_default();
        format!("{}.{function}({class}, {key}{more})", Ident(&self.namespace))
    }

    /// The statement that records a migration, and that it was applied in the transaction that ends now, also in the audit.
    pub(crate) fn applied(&self, migration: &Migration, down_script: Option<&str>) -> String {
        format!(
            "SELECT {}.applied({}, {}, {}, {}, {}, {}, {}, {})",
            Ident(&self.namespace),
            Literal(migration.version.as_str()),
            Literal(&migration.name),
            Literal(&migration.up.checksum.algorithm),
            Literal(&migration.up.checksum.value),
            migration.up.statements,
            Literal(TOOL_VERSION),
            down_script.map_or("NULL".to_owned(), |script| Literal(script).to_string()),
            Literal(&loss::destroyed(&migration.up).join("\n")),
        )
    }

    /// The statement that records a migration that did not run in one transaction.
    pub(crate) fn insert(
        &self,
        migration: &Migration,
        outcome: Outcome,
        down_script: Option<&str>,
    ) -> String {
        format!(
            "INSERT INTO {}.migrations (version, name, checksum_algorithm, checksum, outcome, statements, duration_ms, \
             tool_version, down_script, destroyed) VALUES ({}, {}, {}, {}, '{}', {}, {}, {}, {}, {})",
            Ident(&self.namespace),
            Literal(migration.version.as_str()),
            Literal(&migration.name),
            Literal(&migration.up.checksum.algorithm),
            Literal(&migration.up.checksum.value),
            outcome.as_str(),
            migration.up.statements,
            if outcome == Outcome::Applied { ELAPSED } else { "NULL" },
            Literal(TOOL_VERSION),
            down_script.map_or("NULL".to_owned(), |script| Literal(script).to_string()),
            Literal(&loss::destroyed(&migration.up).join("\n")),
        )
    }

    /// The statement that says how a migration outside a transaction ended.
    pub(crate) fn set_outcome(&self, version: &Version, outcome: Outcome) -> String {
        format!(
            "UPDATE {}.migrations SET outcome = '{}', duration_ms = (pg_catalog.extract('epoch', pg_catalog.clock_timestamp() \
             OPERATOR(pg_catalog.-) applied_at) OPERATOR(pg_catalog.*) 1000)::bigint WHERE version OPERATOR(pg_catalog.=) {}",
            Ident(&self.namespace),
            outcome.as_str(),
            Literal(version.as_str()),
        )
    }

    /// The statement that takes a migration out of the history.
    pub(crate) fn delete(&self, version: &Version) -> String {
        let (ns, version) = (Ident(&self.namespace), Literal(version.as_str()));
        format!(
            "DELETE FROM {ns}.journal WHERE work = {version}; DELETE FROM {ns}.migrations WHERE version = {version}"
        )
    }

    /// The statement that takes a file's statements as those that ran.
    pub(crate) fn accept(&self, version: &Version, migration: &Migration) -> String {
        format!(
            "UPDATE {}.migrations SET checksum_algorithm = {}, checksum = {}, statements = {} WHERE version = {}",
            Ident(&self.namespace),
            Literal(&migration.up.checksum.algorithm),
            Literal(&migration.up.checksum.value),
            migration.up.statements,
            Literal(version.as_str()),
        )
    }

    /// The statement that gives an entry its migration's new version and name.
    pub(crate) fn renumber(&self, old: &Version, migration: &Migration) -> String {
        format!(
            "UPDATE {}.migrations SET version = {}, name = {} WHERE version = {}",
            Ident(&self.namespace),
            Literal(migration.version.as_str()),
            Literal(&migration.name),
            Literal(old.as_str()),
        )
    }

    /// The statement that adds to the audit.
    pub(crate) fn audit(&self, action: &str, target: Option<&str>, detail: &serde_json::Value) -> String {
        format!(
            "INSERT INTO {}.audit (action, target, detail, tool_version) VALUES ({}, {}, {}, {})",
            Ident(&self.namespace),
            Literal(action),
            target.map_or("NULL".to_owned(), |text| Literal(text).to_string()),
            Literal(&detail.to_string()),
            Literal(TOOL_VERSION),
        )
    }
}

/// Milliseconds since the transaction began, on the server's clock, whatever the search path is.
const ELAPSED: &str = "(pg_catalog.extract('epoch', pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) \
                       pg_catalog.transaction_timestamp()) OPERATOR(pg_catalog.*) 1000)::bigint";

/// No such namespace or table.
fn is_undefined(error: &tokio_postgres::Error) -> bool {
    matches!(error.code().map(tokio_postgres::error::SqlState::code), Some("42P01" | "3F000"))
}

fn entry(row: &SimpleQueryRow) -> Option<Entry> {
    let text = |number: usize| column(row, number).map(str::to_owned);
    Some(Entry {
        version: Version::parse(column(row, 0)?)?,
        name: text(1)?,
        checksum_algorithm: text(2)?,
        checksum: text(3)?,
        outcome: Outcome::parse(column(row, 4)?)?,
        statements: column(row, 5)?.parse().ok()?,
        applied_by: text(6)?,
        applied_at: text(7)?,
        duration_ms: column(row, 8).and_then(|ms| ms.parse().ok()),
        tool_version: text(9)?,
        fingerprint: text(10),
        down_script: text(11),
        destroyed: text(12),
    })
}
