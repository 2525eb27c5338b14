//! Runs migrations on a scratch database and watches what PostgreSQL really does: which locks each statement takes, which
//! tables it rewrites, what it refuses, and whether the way back leads back.
//!
//! A scratch database has the schema and no rows: locks and rewrites are exact, times are not told.

mod beforehand;
mod compare;
mod estimate;
mod gentle;
mod hold;
mod observe;
mod report;
mod rows;
mod safe;
mod way_back;

pub use estimate::{Blocking, Expected, Size, Sizes, sizes};
pub use observe::{Built, Looked, Written};
pub use report::{Error, Observed, Rehearsal, Rehearsed, WayBack};

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::plan::{self, Options};
use pgkeel_core::review::context::span;
use pgkeel_core::review::source::Statement;
use pgkeel_core::review::{File, order};
use pgkeel_core::schema::Schema;
use pgkeel_core::sql::effect::{What, cannot_run_in_transaction};
use tokio_postgres::Client;

use safe::{Job, Sequence};
use way_back::Down;

use crate::review::replay::up_text;
use crate::scratch::{self, Attempts, Beginning, LoadError, Script, ends_transactions, load, refusal};
use crate::source::{Workshop, roles};
use crate::statement_error::{Names, StatementError};

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
    let mut run = Run {
        files,
        client: database.session().client(),
        database: &database,
        workshop,
        sizes,
        jobs: Vec::new(),
        roles: BTreeSet::new(),
    };
    let result = run.all(rehearsed, live, server.name()).await;
    let jobs = std::mem::take(&mut run.jobs);
    database.close().await;
    let mut rehearsal = result?;
    // Afterwards: the embedded engine has one database at a time.
    for job in jobs {
        let Sequence { statements, note } = job.sequence(workshop).await?;
        if let Some(file) = rehearsal.files.get_mut(job.place) {
            (file.safe, file.safe_note) = (statements, note);
        }
    }
    Ok(rehearsal)
}

/// What to do about an earlier migration that does not run.
const EARLIER: &str = "mend the migration; or name the database that has it with --database: what is pending there is rehearsed \
                       on its schema";

struct Run<'a, 'f> {
    files: &'f [File],
    client: &'a Client,
    database: &'a scratch::Database,
    workshop: &'a Workshop,
    sizes: Option<&'a Sizes>,
    /// Files for which a way without long locks is wanted.
    jobs: Vec<Job<'f>>,
    /// Roles that were made.
    roles: BTreeSet<String>,
}

impl<'f> Run<'_, 'f> {
    async fn all(&mut self, rehearsed: &[bool], live: Option<&Schema>, on: &str) -> Result<Rehearsal, Error> {
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
        let files = self.files;
        for index in order(files) {
            let Some(file) = files.get(index) else { continue };
            if is_rehearsed(index) {
                let rehearsed = self.one(file, rehearsal.files.len(), &mut rehearsal.findings).await?;
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
                    names: Names::default(),
                    outcome: "Nothing was rehearsed: what is rehearsed stands on this migration.".to_owned(),
                })));
            }
            Err(error) => return Err(error.into()),
        }
        self.client.batch_execute(QUIET).await?;
        Ok(())
    }

    /// Rehearses a file, the one of this place.
    async fn one(
        &mut self,
        file: &'f File,
        place: usize,
        findings: &mut Vec<Finding>,
    ) -> Result<Rehearsed, Error> {
        let down = Down::of(file, self.files);
        let before = self.workshop.read_scratch(self.database).await?;
        let mut result = Rehearsed {
            file: file.path.clone(),
            statements: Vec::new(),
            applied: true,
            blocking: Vec::new(),
            safe: Vec::new(),
            safe_note: None,
            rollback: WayBack::None,
        };
        let alone = file.no_transaction
            || file.up().any(|(_, statement)| cannot_run_in_transaction(&statement.reading.effects));
        let mut attempts = Attempts::default();
        while self.forward(file, alone, &mut attempts, &mut result, findings).await? {
            result.statements.clear();
        }
        self.roles.extend(attempts.made.iter().cloned());
        result.blocking = estimate::blocking(&result.statements, alone, self.sizes);
        if result.applied
            && let Some(down) = &down
        {
            result.rollback = self.way_back(file, alone, down, &before).await?;
            if let WayBack::Wrong(why) = &result.rollback {
                let mut finding = Finding::new("rollback-not-inverse", Severity::Warning, why.clone());
                finding.span = Some(down.place());
                findings.push(finding);
            }
        }
        let slow = safe::slow(&result.statements, alone);
        if result.applied && !slow.is_empty() {
            let roles = self.roles.union(&roles(&before)).cloned().collect();
            self.jobs.push(Job { place, file, before, slow, alone, roles, attempts });
        }
        Ok(result)
    }

    /// Runs the file forward. Whether it is to be begun anew, since a role was missing, or there already.
    async fn forward(
        &self,
        file: &File,
        alone: bool,
        attempts: &mut Attempts,
        result: &mut Rehearsed,
        findings: &mut Vec<Finding>,
    ) -> Result<bool, Error> {
        self.client.batch_execute(QUIET).await?;
        let mut watch = observe::Watch::start(self.client).await?;
        if !alone {
            self.database.begin().await?;
        }
        let mut last = None;
        for (place, statement) in file.up().filter(|(_, statement)| !statement.is_control()) {
            let at = Some((place, file.text_of(statement)));
            let mut refused = None;
            while !attempts.passes(place) {
                let (observed, error) = self.statement(file, (place, statement), alone, &mut watch).await?;
                if let Some(error) = error {
                    if !alone {
                        self.database.roll_back().await?;
                    }
                    if attempts.learn(self.database, at, &error).await? {
                        if alone {
                            continue;
                        }
                        return Ok(true);
                    }
                    refused = Some(refusal(&error).ok_or(error)?);
                }
                result.statements.push(observed);
                break;
            }
            if let Some(message) = refused {
                findings.push(said_no(file, statement, message));
                result.applied = false;
                return Ok(false);
            }
            last = Some(statement);
        }
        if !alone && let Err(error) = self.database.commit().await {
            if attempts.learn(self.database, None, &error).await? {
                return Ok(true);
            }
            // What only fails at the end, a deferred constraint, is no statement's alone.
            let message = format!("at the end of the transaction: {}", refusal(&error).ok_or(error)?);
            if let Some(observed) = result.statements.last_mut() {
                observed.refused = Some(message.clone());
            }
            findings.extend(last.map(|statement| said_no(file, statement, message)));
            result.applied = false;
        }
        Ok(false)
    }

    async fn statement(
        &self,
        file: &File,
        (place, statement): (usize, &Statement),
        alone: bool,
        watch: &mut observe::Watch,
    ) -> Result<(Observed, Option<tokio_postgres::Error>), Error> {
        let text = file.text_of(statement);
        let effects = &statement.reading.effects;
        self.client.batch_execute("SET client_min_messages = debug1").await?;
        let _ = self.database.session().tap().take_notices();
        // Rows make no difference here.
        let data: &[&str] = if statement.copies_in() { &[""] } else { &[] };
        // Locks are gone when a statement outside of a transaction ends: one that may gets a transaction of its own.
        let mut wrapped = alone && !cannot_run_in_transaction(effects);
        if wrapped {
            self.database.begin().await?;
        }
        let (mut milliseconds, mut outcome, mut held) =
            self.timed(text, data, watch, alone && !wrapped).await?;
        if wrapped && let Err(error) = &outcome {
            self.database.roll_back().await?;
            if ends_transactions(error) {
                wrapped = false;
                (milliseconds, outcome, held) = self.timed(text, data, watch, true).await?;
            }
        }
        let (notices, _) = self.database.session().tap().take_notices();
        let mut refused = outcome.err();
        let mut look = if refused.is_none() {
            self.client.batch_execute("SET client_min_messages = error").await?;
            watch.look(self.client, &notices).await?
        } else {
            observe::Look::default()
        };
        let written = if refused.is_none() { watch.written(self.client, effects).await? } else { vec![] };
        if wrapped && refused.is_none() {
            refused = self.database.commit().await.err();
        }
        if alone {
            watch.forget();
        }
        look.locks.extend(held);
        look.locks.sort();
        look.locks.dedup();
        // To empty a table is not to write it anew.
        if effects.iter().all(|effect| matches!(effect.what, What::Truncate { .. })) {
            look.rewritten.clear();
        }
        let documented = if alone && !wrapped && refused.is_none() {
            watch.documented(self.client, effects, &look).await?
        } else {
            vec![]
        };
        let observed = Observed {
            place,
            line: file.position(statement.range.start).0,
            sql: text.lines().next().unwrap_or_default().to_owned(),
            milliseconds,
            locks: look.locks,
            documented,
            rewritten: look.rewritten,
            read: look.read,
            built: look.built,
            foreign_keys: look.foreign_keys,
            written,
            refused: refused.as_ref().and_then(refusal),
        };
        Ok((observed, refused))
    }

    /// Runs a statement: how long it took, what the server said, and when it is `watched` from beside, the locks that were
    /// seen meanwhile.
    async fn timed(
        &self,
        text: &str,
        data: &[&str],
        watch: &observe::Watch,
        watched: bool,
    ) -> Result<Timed, Error> {
        let second = if watched { self.database.second().await? } else { None };
        let start = Instant::now();
        let Some(second) = second else {
            let outcome = self.database.send(text, data).await;
            return Ok((start.elapsed().as_millis(), outcome, vec![]));
        };
        let pid = self.client.query_one("SELECT pg_catalog.pg_backend_pid()", &[]).await?.try_get(0)?;
        let (outcome, seen) =
            hold::watch(second.client(), pid, &watch.tables(), self.database.send(text, data)).await;
        second.close().await;
        Ok((start.elapsed().as_millis(), outcome, watch.names(seen)))
    }
}

/// How long a statement took, what became of it, and the locks that were seen from beside.
type Timed = (u128, Result<(), tokio_postgres::Error>, Vec<(String, String)>);

/// What undoes what a file left in its session.
const QUIET: &str = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; SET client_min_messages = error";

/// The finding about a statement that was refused.
fn said_no(file: &File, statement: &Statement, message: String) -> Finding {
    let mut finding = Finding::new("rehearsal-refused", Severity::Error, message);
    finding.span = Some(span(file, statement.range));
    finding.help =
        Some("PostgreSQL said this on a scratch database; it will say the same in production".to_owned());
    finding
}

/// Locks per table over a whole file, the strongest of each, for a summary.
pub fn strongest(rehearsed: &Rehearsed) -> BTreeMap<String, String> {
    let rank = |mode: &str| observe::MODES.iter().position(|known| *known == mode);
    let mut strongest: BTreeMap<String, String> = BTreeMap::new();
    for (relation, mode) in rehearsed.statements.iter().flat_map(Observed::all_locks) {
        let entry = strongest.entry(relation.clone()).or_insert_with(|| mode.clone());
        if rank(mode) > rank(entry) {
            entry.clone_from(mode);
        }
    }
    strongest
}
