//! Runs migrations on a scratch database and watches what PostgreSQL really does: which locks each statement takes, which
//! tables it rewrites, what it refuses, and whether the way back leads back.
//!
//! A scratch database has the schema and no rows: locks and rewrites are exact, times and scans are not told.

mod estimate;
mod gentle;
mod observe;

pub use estimate::{Blocking, Size, Sizes, sizes};
pub use observe::Built;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::plan::{self, Options};
use pgkeel_core::review::context::span;
use pgkeel_core::review::source::Statement;
use pgkeel_core::review::{File, order};
use pgkeel_core::schema::Schema;
use pgkeel_core::sql::effect::{TransactionControl, What, cannot_run_in_transaction};
use serde::Serialize;
use tokio_postgres::Client;

use crate::introspect;
use crate::review::replay::up_text;
use crate::scratch::{self, Beginning, LoadError, Script, load, missing_role, send};
use crate::source::{Workshop, roles};
use crate::statement_error::StatementError;

/// What was seen.
#[derive(Debug, Serialize)]
pub struct Rehearsal {
    /// What it ran on, for the user to read.
    pub on: String,
    /// What the rehearsed migrations started from.
    pub base: String,
    /// Each rehearsed file, in order.
    pub files: Vec<Rehearsed>,
    /// Statements that PostgreSQL refused, and ways back that do not lead back.
    #[serde(skip)]
    pub findings: Vec<Finding>,
}

/// One file.
#[derive(Debug, Serialize)]
pub struct Rehearsed {
    /// As the user named it.
    pub file: String,
    /// Its statements, up to the first that was refused.
    pub statements: Vec<Observed>,
    /// Whether it went through.
    pub applied: bool,
    /// For how long it keeps others away, from which relations.
    pub blocking: Vec<Blocking>,
    /// Statements that lead to the same schema without long locks, when the file's own take them. Those that cannot run
    /// in a transaction are each a migration of their own.
    pub safe: Vec<String>,
    /// Whether its way back leads back to the schema before it.
    pub rollback: WayBack,
}

/// What a statement did.
#[derive(Debug, Serialize)]
pub struct Observed {
    /// Line of the file.
    pub line: usize,
    /// The statement's first line.
    pub sql: String,
    /// Milliseconds on tables without rows: planning and catalog work only.
    pub milliseconds: u128,
    /// Locks that it took on relations that were there before the file: relation and mode. Empty for statements outside of
    /// a transaction, whose locks are gone when they end.
    pub locks: Vec<(String, String)>,
    /// Relations that were written anew.
    pub rewritten: Vec<String>,
    /// Tables of which every row was read.
    pub read: Vec<String>,
    /// Indexes that were built.
    pub built: Vec<Built>,
    /// Foreign keys that were looked up for every row.
    pub foreign_keys: Vec<String>,
    /// Why PostgreSQL refused it.
    pub refused: Option<String>,
}

/// What is known about the way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WayBack {
    /// The file has none.
    None,
    /// After up and down the schema is what it was.
    Proven,
    /// It fails, or something is left to do.
    Wrong(String),
}

/// Why there was no rehearsal.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no scratch database.
    #[error(transparent)]
    Scratch(#[from] scratch::Error),
    /// The scratch database could not be read.
    #[error(transparent)]
    Introspect(#[from] introspect::Error),
    /// The scratch database broke.
    #[error("the scratch database: {0}")]
    Connection(#[from] tokio_postgres::Error),
    /// A migration before those that are rehearsed does not run.
    #[error(transparent)]
    Earlier(Box<StatementError>),
    /// A migration before those that are rehearsed cannot be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The scratch server cannot hold the schema to start from.
    #[error("{on} cannot hold the schema to start from: {message}\n    {sql}")]
    Start {
        /// What was used.
        on: String,
        /// What it refused.
        sql: String,
        /// Why.
        message: String,
    },
}

/// Rehearses the files for which `rehearsed` is true. They start from `live` (the schema of a database to which all others
/// are applied), or else from an empty database on which the others are replayed.
///
/// # Errors
/// There is no scratch database, or it cannot hold what the files start from.
pub async fn rehearse(
    files: &[File],
    rehearsed: &[bool],
    live: Option<&Schema>,
    sizes: Option<&Sizes>,
    workshop: &Workshop,
) -> Result<Rehearsal, Error> {
    let server = workshop.server().await?;
    let database = server.database().await?;
    let run = Run { files, client: database.session().client(), database: &database, workshop, sizes };
    let result = run.all(rehearsed, live, server.name()).await;
    database.close().await;
    result
}

/// What to do about an earlier migration that does not run.
const EARLIER: &str = "mend the migration; or name the database that has it with --database: what is pending there is rehearsed \
                       on its schema";

struct Run<'a> {
    files: &'a [File],
    client: &'a Client,
    database: &'a scratch::Database,
    workshop: &'a Workshop,
    sizes: Option<&'a Sizes>,
}

impl Run<'_> {
    async fn all(&self, rehearsed: &[bool], live: Option<&Schema>, on: &str) -> Result<Rehearsal, Error> {
        let is_rehearsed = |index: usize| rehearsed.get(index).copied().unwrap_or(true);
        let mut rehearsal = Rehearsal {
            on: on.to_owned(),
            base: if live.is_some() { "the live schema" } else { "the migrations before them" }.to_owned(),
            files: Vec::new(),
            findings: Vec::new(),
        };
        self.client.batch_execute("SET client_min_messages = error").await?;
        if let Some(schema) = live {
            self.make(schema, on).await?;
        }
        for index in order(self.files) {
            let Some(file) = self.files.get(index) else { continue };
            if is_rehearsed(index) {
                let rehearsed = self.one(file, &mut rehearsal.findings).await?;
                rehearsal.files.push(rehearsed);
            } else if live.is_none() {
                self.replay(file).await?;
            }
        }
        Ok(rehearsal)
    }

    /// Makes a schema on the empty scratch database.
    async fn make(&self, schema: &Schema, on: &str) -> Result<(), Error> {
        for role in roles(schema) {
            self.database.make_role(&role).await?;
        }
        let empty = self.workshop.read_scratch(self.database).await?;
        self.client.batch_execute("SET check_function_bodies = off").await?;
        for step in plan::statements(&empty, schema, &Options::default()).steps {
            if let Err(error) = self.client.batch_execute(&step.sql).await {
                let message = refusal(&error).ok_or(error)?;
                return Err(Error::Start { on: on.to_owned(), sql: step.sql, message });
            }
        }
        self.client.batch_execute("RESET check_function_bodies").await?;
        Ok(())
    }

    /// Runs a file that only has to be there.
    async fn replay(&self, file: &File) -> Result<(), Error> {
        let script = Script::new(&file.path, &up_text(file))?;
        match load(self.database, &[script], false, &Beginning::default()).await {
            Ok(_) => {}
            Err(LoadError::Connection(error)) => return Err(error.into()),
            Err(LoadError::Statement { file: path, position, message, code, .. }) => {
                return Err(Error::Earlier(Box::new(StatementError {
                    line: file.text.lines().nth(position.line.saturating_sub(1)).map(str::to_owned),
                    file: path,
                    position,
                    exact: true,
                    sqlstate: Some(code),
                    message,
                    detail: None,
                    hint: Some(EARLIER.to_owned()),
                    context: None,
                    statement: None,
                    outcome: "Nothing was rehearsed: what is rehearsed stands on this migration.".to_owned(),
                })));
            }
            Err(error) => return Err(error.into()),
        }
        self.client.batch_execute("RESET ALL; RESET ROLE; SET client_min_messages = error").await?;
        Ok(())
    }

    /// Rehearses a file.
    async fn one(&self, file: &File, findings: &mut Vec<Finding>) -> Result<Rehearsed, Error> {
        let down: Vec<&Statement> =
            file.statements.iter().filter(|statement| statement.down && !is_control(statement)).collect();
        let before = self.workshop.read_scratch(self.database).await?;
        let mut result = Rehearsed {
            file: file.path.clone(),
            statements: Vec::new(),
            applied: true,
            blocking: Vec::new(),
            safe: Vec::new(),
            rollback: WayBack::None,
        };
        let alone = file.no_transaction
            || file.up().any(|(_, statement)| cannot_run_in_transaction(&statement.reading.effects));
        // Which roles a server has is none of a migration's business: those that it speaks of are made.
        let mut made = BTreeSet::new();
        while let Some(role) = self.forward(file, alone, &made, &mut result, findings).await? {
            self.database.make_role(&role).await?;
            made.insert(role);
            result.statements.clear();
        }
        result.blocking = estimate::blocking(&result.statements, alone, self.sizes);
        let slow = |statement: &Observed| {
            !(statement.rewritten.is_empty()
                && statement.read.is_empty()
                && statement.foreign_keys.is_empty())
                || !statement.built.is_empty()
                    && statement
                        .locks
                        .iter()
                        .any(|(_, mode)| mode == "ShareLock" || mode == "AccessExclusiveLock")
        };
        if result.applied && result.statements.iter().any(slow) {
            result.safe = self.gentle(&before).await?;
        }
        if result.applied && !down.is_empty() {
            result.rollback = self.way_back(file, &down, &before).await?;
            if let WayBack::Wrong(why) = &result.rollback {
                let mut finding = Finding::new("rollback-not-inverse", Severity::Warning, why.clone());
                finding.span = down.first().map(|statement| span(file, statement.range));
                findings.push(finding);
            }
        }
        Ok(result)
    }

    /// Runs the file forward. A role that it needs and that was not `made` yet ends a transaction, and is the answer.
    async fn forward(
        &self,
        file: &File,
        alone: bool,
        made: &BTreeSet<String>,
        result: &mut Rehearsed,
        findings: &mut Vec<Finding>,
    ) -> Result<Option<String>, Error> {
        let mut watch = observe::Watch::start(self.client).await?;
        if !alone {
            self.client.batch_execute("BEGIN").await?;
        }
        for (_, statement) in file.up().filter(|(_, statement)| !is_control(statement)) {
            let (mut observed, mut refused) = self.statement(file, statement, &mut watch).await?;
            if let Some(Refusal { role: Some(role), .. }) = &refused {
                if !alone && !made.contains(role) {
                    self.client.batch_execute("ROLLBACK").await?;
                    return Ok(Some(role.clone()));
                }
                if alone {
                    self.database.make_role(role).await?;
                    (observed, refused) = self.statement(file, statement, &mut watch).await?;
                }
            }
            result.statements.push(observed);
            if let Some(Refusal { message, .. }) = refused {
                let mut finding = Finding::new("rehearsal-refused", Severity::Error, message);
                finding.span = Some(span(file, statement.range));
                finding.help = Some(
                    "PostgreSQL said this on a scratch database; it will say the same in production"
                        .to_owned(),
                );
                findings.push(finding);
                result.applied = false;
                break;
            }
        }
        if !alone {
            self.client.batch_execute(if result.applied { "COMMIT" } else { "ROLLBACK" }).await?;
        }
        Ok(None)
    }

    /// The statements that lead from `before` to the schema as it is now without long locks; none when there are no
    /// others than the plain ones.
    async fn gentle(&self, before: &Schema) -> Result<Vec<String>, Error> {
        let after = self.workshop.read_scratch(self.database).await?;
        let plain = plan::between(before, &after, &Options::default()).steps;
        let online = plan::between(before, &after, &Options { online: true, ..Options::default() }).steps;
        let said: Vec<String> = online.iter().cloned().flat_map(gentle::statements).collect();
        let same = plain == online && online.iter().map(|step| &step.sql).eq(&said);
        Ok(if same { Vec::new() } else { said })
    }

    async fn statement(
        &self,
        file: &File,
        statement: &Statement,
        watch: &mut observe::Watch,
    ) -> Result<(Observed, Option<Refusal>), Error> {
        let text = file.text_of(statement);
        self.client.batch_execute("SET client_min_messages = debug1").await?;
        let tap = self.database.session().tap();
        let _ = tap.take_notices();
        let start = Instant::now();
        let copies = statement
            .reading
            .effects
            .iter()
            .any(|effect| matches!(effect.what, What::Copy { from_stdin: true, .. }));
        // Rows make no difference here.
        let data: &[&str] = if copies { &[""] } else { &[] };
        let outcome = send(self.database, text, data).await;
        let milliseconds = start.elapsed().as_millis();
        let (notices, _) = tap.take_notices();
        let refused = match outcome {
            Ok(()) => None,
            Err(error) => {
                let role = missing_role(&error).map(str::to_owned);
                Some(Refusal { message: refusal(&error).ok_or(error)?, role })
            }
        };
        let look = if refused.is_none() {
            self.client.batch_execute("SET client_min_messages = error").await?;
            watch.look(self.client, &notices).await?
        } else {
            observe::Look::default()
        };
        let observed = Observed {
            line: file.position(statement.range.start).0,
            sql: text.lines().next().unwrap_or_default().to_owned(),
            milliseconds,
            locks: look.locks,
            rewritten: look.rewritten,
            read: look.read,
            built: look.built,
            foreign_keys: look.foreign_keys,
            refused: refused.as_ref().map(|refusal| refusal.message.clone()),
        };
        Ok((observed, refused))
    }

    /// Runs the way back, compares, and goes forward again.
    async fn way_back(&self, file: &File, down: &[&Statement], before: &Schema) -> Result<WayBack, Error> {
        let mut verdict = WayBack::Proven;
        for statement in down {
            if let Err(error) = self.client.batch_execute(file.text_of(statement)).await {
                let message = refusal(&error).ok_or(error)?;
                let line = file.position(statement.range.start).0;
                verdict = WayBack::Wrong(format!("the way back fails on line {line}: {message}"));
                break;
            }
        }
        if verdict == WayBack::Proven {
            let after = self.workshop.read_scratch(self.database).await?;
            if let Some(step) = plan::statements(&after, before, &Options::default()).steps.into_iter().next()
            {
                verdict =
                    WayBack::Wrong(format!("after the way back this is still to be done: {}", step.sql));
            }
        }
        // The next file stands on this one.
        for (_, statement) in file.up().filter(|(_, statement)| !is_control(statement)) {
            if let Err(error) = self.client.batch_execute(file.text_of(statement)).await {
                let message = refusal(&error).ok_or(error)?;
                verdict = match verdict {
                    WayBack::Wrong(why) => WayBack::Wrong(why),
                    _ => WayBack::Wrong(format!("after the way back it cannot go forward again: {message}")),
                };
                break;
            }
        }
        Ok(verdict)
    }
}

/// What the server said.
struct Refusal {
    message: String,
    /// The role that does not exist, when that is why.
    role: Option<String>,
}

/// A `BEGIN` or `COMMIT` that the file wrote: the rehearsal's own transaction stands for it.
pub(crate) fn is_control(statement: &Statement) -> bool {
    statement.reading.effects.iter().any(|effect| {
        matches!(
            effect.what,
            What::Transaction(
                TransactionControl::Begin | TransactionControl::Commit | TransactionControl::Rollback
            )
        )
    })
}

/// The server's words; `None` when it was not the server who failed.
pub(crate) fn refusal(error: &tokio_postgres::Error) -> Option<String> {
    let refusal = error.as_db_error()?;
    let detail = refusal.detail().map(|detail| format!("; {detail}")).unwrap_or_default();
    Some(format!("{}{detail} ({})", refusal.message(), refusal.code().code()))
}

/// Locks per table over a whole file, the strongest of each, for a summary.
pub fn strongest(rehearsed: &Rehearsed) -> BTreeMap<String, String> {
    let rank = |mode: &str| observe::MODES.iter().position(|known| *known == mode);
    let mut strongest: BTreeMap<String, String> = BTreeMap::new();
    for (relation, mode) in rehearsed.statements.iter().flat_map(|statement| &statement.locks) {
        let entry = strongest.entry(relation.clone()).or_insert_with(|| mode.clone());
        if rank(mode) > rank(entry) {
            entry.clone_from(mode);
        }
    }
    strongest
}
