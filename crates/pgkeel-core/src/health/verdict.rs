//! The whole picture: checks, migrations and schema, and the one verdict that a load balancer needs.

use serde::{Deserialize, Serialize};

use super::{Drift, HealthSettings, Outcome, Status};
use crate::finding::{Finding, Severity};
use crate::history::State;

/// Why an instance is not simply healthy: a closed vocabulary, fit for the public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// No verdict yet.
    Starting,
    /// The database does not answer.
    DbUnreachable,
    /// The database refuses the credentials.
    AuthFailed,
    /// Migrations that this build knows are not applied.
    SchemaBehind,
    /// Migrations are applied that this build does not know.
    SchemaAhead,
    /// The schema is not what the migrations make.
    SchemaDrift,
    /// There are migrations and no history.
    LedgerMissing,
    /// A migration failed or was interrupted half-way.
    LedgerDirty,
    /// A migration was changed after it was applied.
    ChecksumMismatch,
    /// A migration runs at this moment.
    MigrationRunning,
    /// The database is a standby, and this instance wants to write.
    ReadOnlyStandby,
    /// A check that the configuration requires does not pass.
    CheckFailed,
    /// A check found something that should be dealt with.
    CheckWarned,
    /// The verdict is too old.
    Stale,
    /// Nothing could be judged.
    NotEvaluated,
}

impl Reason {
    /// The word in every format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::DbUnreachable => "db_unreachable",
            Self::AuthFailed => "auth_failed",
            Self::SchemaBehind => "schema_behind",
            Self::SchemaAhead => "schema_ahead",
            Self::SchemaDrift => "schema_drift",
            Self::LedgerMissing => "ledger_missing",
            Self::LedgerDirty => "ledger_dirty",
            Self::ChecksumMismatch => "checksum_mismatch",
            Self::MigrationRunning => "migration_running",
            Self::ReadOnlyStandby => "read_only_standby",
            Self::CheckFailed => "check_failed",
            Self::CheckWarned => "check_warned",
            Self::Stale => "stale",
            Self::NotEvaluated => "not_evaluated",
        }
    }

    /// What to do, in words that give nothing away.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Starting => "the first look at the database is not finished",
            Self::DbUnreachable => "the database does not answer",
            Self::AuthFailed => "the database refuses the credentials",
            Self::SchemaBehind => "pending migrations; run the migrate job",
            Self::SchemaAhead => "the database is ahead of this build",
            Self::SchemaDrift => "the schema differs from its migrations; run validate",
            Self::LedgerMissing => "no migration history; run migrate",
            Self::LedgerDirty => "a migration did not finish; run status",
            Self::ChecksumMismatch => "an applied migration was changed; run status",
            Self::MigrationRunning => {
                "a migration is running, or another session has locked the history or the schema"
            }
            Self::ReadOnlyStandby => "the database is a standby; migrate its primary",
            Self::CheckFailed => "a required check fails",
            Self::CheckWarned => "some checks found something; see the details",
            Self::Stale => "the last look at the database is too old",
            Self::NotEvaluated => "migrations and schema could not be judged; see the details",
        }
    }

    /// Which command mends it, for those who run the database; none where there is nothing to run.
    pub fn remedy(self) -> Option<&'static str> {
        match self {
            Self::SchemaBehind => Some(
                "run `pgkeel migrate` before the application starts, or let it migrate itself: [health.startup] mode = \
                 \"migrate\"",
            ),
            Self::LedgerMissing => Some(
                "run `pgkeel migrate` on a new database; when the objects exist already, `pgkeel status` says how to record \
                 them",
            ),
            Self::SchemaDrift => Some(
                "`pgkeel validate` names everything that differs, `pgkeel auto-fix --apply` makes again what is missing",
            ),
            Self::LedgerDirty => {
                Some("`pgkeel status` says where it stopped, `pgkeel migrate` goes on from there")
            }
            Self::ChecksumMismatch => Some(
                "`pgkeel status` names the file; restore it, or record that the change is meant: `pgkeel history accept`",
            ),
            Self::MigrationRunning => Some(
                "`pgkeel status` says who migrates, or pg_locks who holds the lock; start again when it has ended, or wait \
                 longer: --wait SECONDS",
            ),
            Self::ReadOnlyStandby => Some("run `pgkeel migrate` on the primary"),
            Self::CheckFailed => Some("`pgkeel health-check` shows the check that is required and fails"),
            Self::SchemaAhead
            | Self::CheckWarned
            | Self::Starting
            | Self::DbUnreachable
            | Self::AuthFailed
            | Self::Stale
            | Self::NotEvaluated => None,
        }
    }
}

/// What the server says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerFacts {
    /// `server_version`, e.g. `17.2`.
    pub version: String,
    /// Its major number.
    pub major: u32,
    /// The database's name.
    pub database: String,
    /// The role that looked.
    pub role: String,
    /// Whether it is a standby.
    pub standby: bool,
    /// Installed extensions, in order of name.
    pub extensions: Vec<InstalledExtension>,
}

/// An extension of the database (`pg_extension`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstalledExtension {
    /// Its name.
    pub name: String,
    /// Its installed version.
    pub version: String,
}

/// How the database's history stands to this build's migrations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Applied and unchanged, or applied and known only to the database.
    pub applied: usize,
    /// Labels of those that are not applied.
    pub pending: Vec<String>,
    /// Labels of those that only the database knows.
    pub unknown: Vec<String>,
    /// Labels of those that were changed after they were applied.
    pub modified: Vec<String>,
    /// Labels of those that failed or were interrupted.
    pub dirty: Vec<String>,
    /// Whether the history exists.
    pub has_history: bool,
    /// Whether somebody holds the migration lock at this moment.
    pub running: bool,
    /// Every migration, in order.
    pub timeline: Vec<Step>,
}

/// One migration on the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// `0014_create_users`.
    pub label: String,
    /// How it stands.
    pub state: State,
    /// When it was applied, RFC 3339.
    pub at: Option<String>,
    /// By which role.
    pub by: Option<String>,
    /// How long it took.
    pub duration_ms: Option<i64>,
    /// The pgkeel that applied it.
    pub tool: Option<String>,
    /// Fingerprint of the schema after it.
    pub fingerprint: Option<String>,
}

/// Everything one look at the database gave.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// What the server says of itself; none when it did not answer.
    pub server: Option<ServerFacts>,
    /// Why it did not answer, from the public vocabulary.
    pub unreachable: Option<Reason>,
    /// True when a migration's lock kept the history from being read: what was known before still holds.
    #[serde(default)]
    pub locked: bool,
    /// Why the history could not be read although the database answers; `schema` holds the finding that says more.
    #[serde(default)]
    pub unread: Option<Reason>,
    /// The migrations; none when they were not looked at.
    pub migrations: Option<Standing>,
    /// What validation found; none when it was not run.
    pub schema: Option<Vec<Finding>>,
    /// How the schema differs from what was recorded after the last migration; none when nothing was recorded.
    #[serde(default)]
    pub drift: Option<Drift>,
    /// The checks, in the order of the table.
    pub checks: Vec<Outcome>,
    /// Repairs that were made by themselves.
    pub fixes: Vec<String>,
}

/// Whether this instance may serve, and why not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Pass, warn or fail.
    pub status: Status,
    /// Why, worst first; empty when all is well.
    pub reasons: Vec<Reason>,
}

impl Verdict {
    /// Before the first look.
    pub fn starting() -> Self {
        Self { status: Status::Fail, reasons: vec![Reason::Starting] }
    }

    /// What a report means. Only what removing this instance helps against fails: a database that is not there,
    /// a schema behind this build, a history that is not whole, and what the configuration requires.
    pub fn of(report: &Report, settings: &HealthSettings, strict: bool) -> Self {
        let mut fail = Vec::new();
        let mut warn = Vec::new();
        fail.extend(report.unreachable);
        if report.locked {
            if report.migrations.is_none() {
                fail.push(Reason::NotEvaluated);
            }
            warn.push(Reason::MigrationRunning);
        }
        match report.unread {
            // A newer build has been here: an older one goes on serving, or a rollback would leave nobody.
            Some(Reason::SchemaAhead) => warn.push(Reason::SchemaAhead),
            other => fail.extend(other),
        }
        if let Some(standing) = &report.migrations {
            if !standing.dirty.is_empty() {
                fail.push(Reason::LedgerDirty);
            }
            if !standing.has_history && !standing.pending.is_empty() {
                fail.push(Reason::LedgerMissing);
            } else if !standing.pending.is_empty() {
                fail.push(Reason::SchemaBehind);
            }
            if !standing.modified.is_empty() {
                let list = if strict { &mut fail } else { &mut warn };
                list.push(Reason::ChecksumMismatch);
            }
            let standby = report.server.as_ref().is_some_and(|server| server.standby);
            if standby && !(standing.pending.is_empty() && standing.dirty.is_empty()) {
                // Whoever wants to migrate has to do it on the primary.
                warn.push(Reason::ReadOnlyStandby);
            }
            if !standing.unknown.is_empty() {
                warn.push(Reason::SchemaAhead);
            }
            if standing.running {
                warn.push(Reason::MigrationRunning);
            }
        }
        if let (None, Some(findings)) = (report.unread, &report.schema) {
            match findings.iter().map(|finding| finding.severity).max() {
                Some(Severity::Critical | Severity::Error) if strict => fail.push(Reason::SchemaDrift),
                Some(Severity::Critical | Severity::Error | Severity::Warning) => {
                    warn.push(Reason::SchemaDrift);
                }
                _ => {}
            }
        }
        let required = |outcome: &&Outcome| settings.required.contains(&outcome.check);
        if report.checks.iter().filter(required).any(|o| o.status == Status::Fail) {
            fail.push(Reason::CheckFailed);
        }
        let judged = report.checks.iter().filter(required).any(|o| o.status != Status::Skipped);
        if report.unreachable.is_none() && !settings.required.is_empty() && !judged {
            fail.push(Reason::NotEvaluated);
        }
        if report.checks.iter().any(|o| matches!(o.status, Status::Warn | Status::Fail)) {
            warn.push(Reason::CheckWarned);
        }
        let status = match (fail.is_empty(), warn.is_empty()) {
            (false, _) => Status::Fail,
            (true, false) => Status::Warn,
            (true, true) => Status::Pass,
        };
        fail.append(&mut warn);
        let mut reasons = Vec::new();
        for reason in fail {
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        Self { status, reasons }
    }
}
