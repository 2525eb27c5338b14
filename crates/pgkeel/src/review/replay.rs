//! Runs migrations on a scratch database for a review: what they start from is replayed (or made after the target's
//! catalog), the reviewed ones are watched. Event triggers tell which tables are rewritten and what goes along with a
//! `DROP` (PostgreSQL documentation, chapter "Event Triggers"), so that a file costs one round trip.

mod seeds;
mod unknown;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use pgkeel_core::review::evidence::{Event, Evidence, Seen};
use pgkeel_core::review::source::Statement;
use pgkeel_core::review::{File, order};
use pgkeel_core::schema::Schema;
use pgkeel_core::sql::effect::{What, cannot_run_in_transaction};
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::answer::{column, rows};
use crate::introspect;
use crate::scratch::{self, Attempts, Beginning, LoadError, Script, is_missing_role, load, said};
use crate::source::{Loaded, Workshop};

use unknown::Unknown;

/// What a replay starts from, and which files it is about.
#[derive(Debug)]
pub struct Replay<'a> {
    /// All files.
    pub files: &'a [File],
    /// Whether each of them is watched; the others only have to be there.
    pub reviewed: &'a [bool],
    /// The target's schema; without it the history is replayed from nothing.
    pub start: Option<&'a Loaded>,
    /// Files that the target's schema has already.
    pub applied: BTreeSet<usize>,
    /// The project's folder of seeds, and that folder as findings name it: they are loaded behind all files.
    pub seeds: Option<(PathBuf, PathBuf)>,
}

/// What was seen, and what the user should know.
#[derive(Debug)]
pub struct Replayed {
    /// For [`pgkeel_core::review::review_with`].
    pub evidence: Evidence,
    /// Which scratch server, and what it could not show.
    pub notes: Vec<String>,
}

/// Why nothing was seen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no scratch database.
    #[error(transparent)]
    Scratch(#[from] scratch::Error),
    /// The scratch database could not be read.
    #[error(transparent)]
    Introspect(#[from] introspect::Error),
    /// The scratch server cannot hold the target's schema.
    #[error("the target's schema cannot be made on the scratch server: {0}")]
    Start(#[source] LoadError),
    /// The scratch database broke under the seeds.
    #[error("the scratch database: {0}")]
    Seeds(#[source] Box<crate::error::Error>),
    /// The scratch database broke.
    #[error("the scratch database: {}", said(.0))]
    Connection(#[from] tokio_postgres::Error),
}

/// Runs the files.
///
/// # Errors
/// There is no scratch database, or it cannot hold what the files start from.
pub async fn replay(request: Replay<'_>, workshop: &Workshop) -> Result<Replayed, Error> {
    let server = workshop.server().await?;
    let database = server.database().await?;
    let mut run = Run {
        request: &request,
        client: database.session().client(),
        database: &database,
        workshop,
        evidence: Evidence { applied: request.applied.clone(), ..Evidence::default() },
        notes: vec![format!("checked on {}", server.name())],
        unknown: None,
        broken: false,
    };
    let mut result = run.all().await;
    // A schema that was made after the target's has none of the rows that its migrations wrote.
    if result.is_ok() && request.start.is_none() && !run.broken {
        result = run.load_seeds().await;
    }
    let (mut evidence, mut notes) = (run.evidence, run.notes);
    database.close().await;
    result?;
    if request.start.is_some() && request.has_seeds() {
        let (refusals, more) = seeds::from_nothing(&request, server, workshop).await?;
        evidence.seeds = refusals;
        notes.extend(more);
    }
    Ok(Replayed { evidence, notes })
}

struct Run<'a> {
    request: &'a Replay<'a>,
    client: &'a Client,
    database: &'a scratch::Database,
    workshop: &'a Workshop,
    evidence: Evidence,
    notes: Vec<String>,
    /// What is missing since a statement was refused.
    unknown: Option<Unknown>,
    /// Whether the database is not what the files make.
    broken: bool,
}

const QUIET: &str = "RESET ALL; RESET ROLE; SET client_min_messages = error";

impl Run<'_> {
    async fn all(&mut self) -> Result<(), Error> {
        let request = self.request;
        self.client.batch_execute(QUIET).await?;
        let mut changed = false;
        if let Some(target) = request.start {
            let dump = ddl(target);
            let script = Script::new("the target", &dump).map_err(Error::Start)?;
            self.notes.extend(
                load(self.database, &[script], true, &Beginning::default()).await.map_err(Error::Start)?,
            );
            self.client.batch_execute(QUIET).await?;
            changed = true;
        }
        let mut watching = false;
        for index in order(request.files) {
            let Some(file) = request.files.get(index).filter(|_| !request.applied.contains(&index)) else {
                continue;
            };
            if request.reviewed.get(index).copied().unwrap_or(true) {
                if changed && !self.broken {
                    let dump = self.catalog().await?;
                    self.evidence.catalog.insert(index, File::read("the database", &dump));
                }
                if !watching {
                    watching = true;
                    self.evidence.sees_drops = self.client.batch_execute(WATCH).await.is_ok();
                    if !self.evidence.sees_drops {
                        self.notes
                            .push("its role may not make event triggers: rewrites are not seen".to_owned());
                    }
                }
                self.watched(index, file).await?;
                changed = has_blind_spots(file);
                if self.unknown.is_some() && !self.broken {
                    // What comes after it may name what it should have made, so the catalog is no witness any more.
                    self.broken = true;
                    self.notes.push(format!(
                        "{} is refused: what comes after it is checked on the schema that the refused statements leave, and what \
                         only fails for their sake is no finding",
                        file.path
                    ));
                }
            } else {
                changed = true;
                match self.unwatched(file).await? {
                    None => {}
                    // The target has it, though no history says so.
                    Some(_) if request.start.is_some() => {
                        self.evidence.applied.insert(index);
                    }
                    Some(refusal) => {
                        self.notes.push(format!(
                            "{} cannot be replayed ({refusal}): what it makes is taken from its text",
                            file.path
                        ));
                        self.broken = true;
                    }
                }
            }
        }
        Ok(())
    }

    /// The schema as it is now, as canonical DDL.
    async fn catalog(&self) -> Result<String, Error> {
        let schema: Schema =
            self.workshop.read_scratch(self.database).await?.without_namespace("pgkeel_review");
        Ok(ddl(&Loaded { schema, role: None, notes: vec![] }))
    }

    /// Runs a file that only has to be there. What PostgreSQL refused, if anything.
    async fn unwatched(&self, file: &File) -> Result<Option<String>, Error> {
        let plain = file.unreadable.is_empty() && !alone(file) && !copies(file);
        if plain && self.at_once(file, false).await?.is_some() {
            return Ok(None);
        }
        let script = match Script::new(&file.path, &up_text(file)) {
            Ok(script) => script,
            Err(error) => return Ok(Some(error.to_string())),
        };
        let loaded = load(self.database, &[script], false, &Beginning::default()).await;
        self.client.batch_execute(QUIET).await?;
        match loaded {
            Ok(_) => Ok(None),
            Err(LoadError::Connection(error)) => Err(error.into()),
            Err(refused) => Ok(Some(refused.to_string())),
        }
    }

    /// Runs a file and notes what happens.
    async fn watched(&mut self, index: usize, file: &File) -> Result<(), Error> {
        if !file.unreadable.is_empty() || copies(file) {
            if let Some(refusal) = self.unwatched(file).await? {
                self.notes.push(format!("{} cannot be replayed: {refusal}", file.path));
            }
            return Ok(());
        }
        if !alone(file)
            && let Some(messages) = self.at_once(file, true).await?
        {
            self.evidence.seen.extend(read_seen(index, last_row(&messages).unwrap_or_default()));
            self.evidence.went_through.insert(index);
            return Ok(());
        }
        self.one_by_one(index, file).await
    }

    /// Runs a file as one transaction in one message. `None` when something of it is refused: then nothing is done.
    async fn at_once(&self, file: &File, watched: bool) -> Result<Option<Vec<SimpleQueryMessage>>, Error> {
        let statements: Vec<(usize, &Statement)> = statements(file).collect();
        let texts: Vec<&str> = statements.iter().map(|(_, statement)| file.text_of(statement)).collect();
        let runs = self.database.runs(&texts).await?;
        let running: Vec<(usize, &Statement)> = statements
            .into_iter()
            .zip(runs)
            .filter(|(_, runs)| *runs)
            .map(|(statement, _)| statement)
            .collect();
        self.database.begin().await?;
        let done = self.client.simple_query(&batch(file, &running, watched)).await;
        let done = match done {
            Ok(messages) => self.database.commit().await.map(|()| messages),
            Err(error) => {
                self.database.roll_back().await?;
                Err(error)
            }
        };
        self.client.batch_execute(QUIET).await?;
        match done {
            Ok(messages) => {
                let texts: Vec<&str> = running.iter().map(|(_, statement)| file.text_of(statement)).collect();
                self.database.ran(&texts);
                Ok(Some(messages))
            }
            Err(error) if error.as_db_error().is_none() => Err(error.into()),
            Err(_) => Ok(None),
        }
    }

    /// Runs a statement among others. Why it was refused, when it was.
    async fn one(
        &mut self,
        file: &File,
        (at, statement): (usize, &Statement),
        alone: bool,
    ) -> Result<Option<tokio_postgres::Error>, Error> {
        let (text, no_data): (&str, &[&str]) = (file.text_of(statement), &[]);
        if alone {
            if !cannot_run_in_transaction(&statement.reading.effects) {
                self.client.batch_execute(&point(at).replace(", true)", ", false)")).await?;
            }
            return Ok(self.database.send_alone(text, no_data).await.err());
        }
        let mut attempts = Attempts::default();
        while !attempts.passes(at) {
            self.client.batch_execute(&format!("SAVEPOINT pgkeel_review; {}", point(at))).await?;
            let Err(error) = self.database.send(text, no_data).await else { break };
            if error.as_db_error().is_none() {
                return Ok(Some(error));
            }
            self.client.batch_execute(BACK).await?;
            if !attempts.learn(self.database, Some((at, text)), &error).await? {
                // The server may have refused to make a role.
                self.client.batch_execute(BACK).await?;
                return Ok(Some(error));
            }
        }
        Ok(None)
    }

    /// Runs a file statement by statement, past those that are refused: what comes after them is not told, since it may
    /// only fail for their sake.
    async fn one_by_one(&mut self, index: usize, file: &File) -> Result<(), Error> {
        let alone = alone(file);
        if !alone {
            self.database.begin().await?;
        }
        let mut refused = false;
        let mut last = None;
        for (at, statement) in statements(file) {
            last = Some(at);
            let Some(error) = self.one(file, (at, statement), alone).await? else { continue };
            let Some(refusal) = error.as_db_error() else { return Err(error.into()) };
            if refused {
                self.unknown.get_or_insert_default().learn(statement);
                continue;
            }
            if is_missing_role(&error) {
                self.notes.push(format!("{}: {} on the scratch server", file.path, refusal.message()));
                continue;
            }
            refused = true;
            let (code, text) = (refusal.code().code(), file.text_of(statement));
            let follows =
                self.unknown.as_ref().is_some_and(|unknown| unknown.explains(code, refusal.message(), text));
            self.unknown.get_or_insert_default().learn(statement);
            if follows {
                self.notes.push(format!(
                    "{} line {} fails for the sake of what was refused before: {}",
                    file.path,
                    file.line(statement.range.start),
                    refusal.message()
                ));
                continue;
            }
            self.evidence.seen.push(Seen { file: index, statement: at, event: said_no(refusal, "") });
        }
        let row = self.client.simple_query(SEEN).await?;
        self.evidence.seen.extend(read_seen(index, last_row(&row).unwrap_or_default()));
        if !alone && let Err(error) = self.database.commit().await {
            let Some(refusal) = error.as_db_error() else { return Err(error.into()) };
            // What only fails at the end, a deferred constraint, is no statement's alone; and none of them is done.
            if let Some(statement) = last.filter(|_| !refused) {
                let event = said_no(refusal, "at the end of the transaction: ");
                self.evidence.seen.push(Seen { file: index, statement, event });
            }
            refused = true;
            statements(file).for_each(|(_, statement)| self.unknown.get_or_insert_default().learn(statement));
        }
        if !refused {
            self.evidence.went_through.insert(index);
        }
        self.client.batch_execute(QUIET).await?;
        Ok(())
    }
}

const BACK: &str = "ROLLBACK TO SAVEPOINT pgkeel_review";

/// What of a file runs forward.
fn statements(file: &File) -> impl Iterator<Item = (usize, &Statement)> {
    file.up().filter(|(_, statement)| !statement.is_control())
}

fn said_no(refusal: &tokio_postgres::error::DbError, when: &str) -> Event {
    let more = refusal.detail().into_iter().chain(refusal.hint());
    let message = more.fold(format!("{when}{}", refusal.message()), |text, part| format!("{text}; {part}"));
    Event::Refused { code: refusal.code().code().to_owned(), message }
}

/// The first column of the last row.
fn last_row(messages: &[SimpleQueryMessage]) -> Option<&str> {
    rows(messages).last().and_then(|row| column(row, 0))
}

const SEEN: &str = "SELECT pg_catalog.current_setting('pgkeel_review.seen', true)";

/// Event triggers that write down, in a setting of the session, what happens to relations and where.
const WATCH: &str = include_str!("watch.sql");

/// Marks the statement that runs next.
fn point(at: usize) -> String {
    format!("SELECT pg_catalog.set_config('pgkeel_review.at', '{at}', true);")
}

/// Statements of a file in one message.
fn batch(file: &File, statements: &[(usize, &Statement)], watched: bool) -> String {
    let mut text = String::new();
    for (at, statement) in statements {
        if watched && statement.reading.effects.iter().any(|effect| may_tell(&effect.what)) {
            text.push_str(&point(*at));
        }
        let _ = writeln!(text, "{}\n;", file.text_of(statement));
    }
    if watched {
        text.push_str(SEEN);
    }
    text
}

/// The forward part of a file, each statement at its place: blanks stand for the rest.
pub(crate) fn up_text(file: &File) -> String {
    let mut text = String::with_capacity(file.text.len());
    let mut at = 0;
    for left_out in file.statements.iter().filter(|statement| statement.down || statement.is_control()) {
        text.push_str(file.text.get(at..left_out.range.start).unwrap_or_default());
        text.extend(file.text_of(left_out).chars().map(|c| if c == '\n' { c } else { ' ' }));
        at = left_out.range.end;
    }
    text.push_str(file.text.get(at..).unwrap_or_default());
    text
}

/// Whether an event trigger could fire.
fn may_tell(what: &What) -> bool {
    !matches!(
        what,
        What::CreateTable(_)
            | What::CreateIndex(_)
            | What::CreateTrigger(_)
            | What::CreatePolicy(_)
            | What::Comment { .. }
            | What::Insert { .. }
            | What::Set { .. }
            | What::Grant { .. }
    )
}

/// Reads what the event triggers wrote: statement, kind of event, and its words, separated by tabs.
fn read_seen(file: usize, text: &str) -> Vec<Seen> {
    let line = |line: &str| {
        let mut fields = line.split('\t');
        let statement: usize = fields.next()?.parse().ok()?;
        let event = match fields.next()? {
            "rewrite" => Event::Rewritten { relation: fields.next()?.to_owned() },
            "gone" => Event::Gone { kind: fields.next()?.to_owned(), identity: fields.next()?.to_owned() },
            "drop" => Event::Dropped {
                cascade: fields.next()? == "t",
                kind: fields.next()?.to_owned(),
                identity: fields.next()?.to_owned(),
            },
            _ => return None,
        };
        Some(Seen { file, statement, event })
    };
    text.lines().filter_map(line).collect()
}

fn ddl(loaded: &Loaded) -> String {
    let mut text = String::new();
    for step in crate::dump::creation(loaded, false).0.steps {
        let _ = writeln!(text, "{};", step.sql.trim_end().trim_end_matches(';'));
    }
    text
}

/// Whether text does not tell everything that the file makes.
fn has_blind_spots(file: &File) -> bool {
    file.up().flat_map(|(_, statement)| &statement.reading.effects).any(|effect| match &effect.what {
        What::DynamicSql | What::Unknown | What::CreateTableAs { .. } | What::Call { .. } => true,
        What::CreateTable(table) => !table.like.is_empty() || table.partition_of.is_some(),
        _ => false,
    })
}

fn alone(file: &File) -> bool {
    file.no_transaction
        || file.up().any(|(_, statement)| cannot_run_in_transaction(&statement.reading.effects))
}

fn copies(file: &File) -> bool {
    let mut effects = file.up().flat_map(|(_, statement)| &statement.reading.effects);
    effects.any(|effect| matches!(effect.what, What::Copy { from_stdin: true, .. }))
}
