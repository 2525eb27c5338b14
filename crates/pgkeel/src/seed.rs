//! `seed`: reference data that can be loaded any number of times, each file in one transaction.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use pgkeel_core::event::Event;
use pgkeel_core::migration::reader::Reader;
use pgkeel_core::migration::{Checksum, Directives, Part};
use pgkeel_core::preflight::needs::{Needs, Place};
use pgkeel_core::seed::{self, Format, Rows, SeedError};
use pgkeel_core::sql::text::decode;

use crate::access::{Access, Losses};
use crate::apply::{Executor, Failure, Former, RunOptions, Script, Watch};
use crate::database::{ConnectOptions, Target};
use crate::discover::{is_hidden, line_in_file};
use crate::error::Error;
use crate::preflight::Intent;
use crate::store::Store;

mod deferred;
mod key;
mod refusals;
mod rows;
mod script;
mod transaction;

/// Everything that seeding needs.
pub struct SeedJob<'a> {
    /// The database.
    pub target: &'a Target,
    /// How to connect to it.
    pub connect: ConnectOptions,
    /// True for the embedded engine.
    pub embedded: bool,
    /// Where the files are.
    pub folder: &'a Path,
    /// That folder as messages name it.
    pub display: &'a Path,
    /// Only these, by file name, with or without number and ending; empty for all.
    pub names: &'a [String],
    /// The history, for the lock and the audit.
    pub store: &'a Store,
    /// How long to wait for another runner.
    pub lock_wait: Duration,
    /// Timeouts and retries.
    pub run: RunOptions,
    /// Takes the events.
    pub observe: &'a (dyn Fn(Event) + Send + Sync),
}

/// What became of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Seeded {
    /// The file.
    pub file: String,
    /// Rows that were not there.
    pub created: u64,
    /// Rows that were there and were different.
    pub updated: u64,
    /// Rows that were there, the same.
    pub unchanged: u64,
    /// Rows that the seed itself passes over: `ON CONFLICT DO NOTHING`.
    pub skipped: u64,
    /// Rows that were there and are gone.
    pub deleted: u64,
    /// Whether it may have passed over more rows than are counted: those that an `INSERT` of a query's rows passes over.
    pub uncounted: bool,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
}

impl Seeded {
    /// What the audit holds of a seed.
    fn recorded(file: &str, detail: &serde_json::Value) -> Self {
        let count = |name: &str| detail.get(name).and_then(serde_json::Value::as_u64).unwrap_or_default();
        Self {
            file: file.to_owned(),
            created: count("created"),
            updated: count("updated"),
            unchanged: count("unchanged"),
            skipped: count("skipped"),
            deleted: count("deleted"),
            uncounted: detail.get("uncounted").and_then(serde_json::Value::as_bool).unwrap_or_default(),
            elapsed_ms: 0,
        }
    }
}

pub(crate) use refusals::{Refused, refusals};

/// A seed file, read.
struct Source {
    /// Its statements; none in a file of rows.
    part: Part,
    /// Its rows, when it is a file of rows.
    rows: Option<Rows>,
}

impl Source {
    /// A file of rows, which the executor attends like a script without statements.
    fn of_rows(rows: Rows) -> Self {
        let part = Part {
            file: rows.file.clone(),
            directives: Directives::default(),
            checksum: Checksum { algorithm: String::new(), value: String::new() },
            statements: 0,
            pieces: Some(Arc::default()),
            bytes: 0,
        };
        Self { part, rows: Some(rows) }
    }

    /// The file, as messages and the audit name it.
    fn file(&self) -> &str {
        &self.part.file
    }
}

/// How far seeding has come, over all its sessions.
#[derive(Default)]
struct Run {
    seeded: Vec<Seeded>,
    losses: Losses,
    /// The newest entry of the audit when it began.
    audited: Option<i64>,
    /// Whether the checks before the run have been done.
    checked: bool,
}

impl SeedJob<'_> {
    /// Loads the seeds, in the order of their names. All files are read before the first one is loaded.
    ///
    /// # Errors
    /// A file cannot be read, or the database refuses a row: the error names file, row and constraint. Files before it
    /// stay loaded, nothing of it does.
    pub async fn seed(&self) -> Result<Vec<Seeded>, Error> {
        let sources = self.read_all()?;
        if sources.is_empty() {
            return Ok(Vec::new());
        }
        let access = Access {
            target: self.target,
            connect: &self.connect,
            embedded: self.embedded,
            store: self.store,
            lock_wait: self.lock_wait,
            run: &self.run,
            observe: self.observe,
            former: Former::default(),
        };
        let watch = access.watch();
        let mut run = Run::default();
        loop {
            let lost = match self.attempt(&access, watch.as_ref(), &sources, &mut run).await {
                Ok(()) => return Ok(run.seeded),
                Err(Failure::Disconnected(lost)) => lost,
                Err(failure) => return Err(self.explained(failure, &sources, &run.seeded)),
            };
            let seeded = run.seeded.len();
            run.losses.again(lost, seeded, &loaded_words(&run.seeded), &access)?;
        }
    }

    /// One session, from its lock to its end.
    async fn attempt(
        &self,
        access: &Access<'_>,
        watch: Option<&Watch<'_>>,
        sources: &[(PathBuf, Source)],
        run: &mut Run,
    ) -> Result<(), Failure> {
        let opened = access.open(run.losses.count > 0, &loaded_words(&run.seeded)).await?;
        let executor = access.executor(&opened, watch);
        let loaded = self.load(&executor, sources, run).await;
        // The lock ends with the session, also after a failure.
        opened.locked.release().await;
        loaded
    }

    async fn load(
        &self,
        executor: &Executor<'_>,
        sources: &[(PathBuf, Source)],
        run: &mut Run,
    ) -> Result<(), Failure> {
        let client = executor.session.client();
        let history = self.store.read(client).await.map_err(Failure::of)?;
        if !run.checked {
            self.look_ahead(executor, sources).await?;
        }
        if !history.exists {
            self.store.create(client).await.map_err(Failure::of)?;
        }
        if !run.checked {
            executor.record_skipped().await?;
            run.checked = true;
        }
        let newest = self.store.newest_audit(client).await.map_err(Failure::of)?;
        let audited = *run.audited.get_or_insert(newest);
        if run.losses.count > 0
            && let Some((_, source)) = sources.get(run.seeded.len())
        {
            // The last transaction of the lost session was committed, though nobody heard of it.
            let file = source.file();
            let found = self.store.audited_since(client, audited, file).await.map_err(Failure::of)?;
            run.seeded.extend(found.map(|detail| Seeded::recorded(file, &detail)));
        }
        for (_, source) in sources.iter().skip(run.seeded.len()) {
            if self.run.cancel.is_cancelled() {
                return Err(Failure::Other(Error::Interrupted { outcome: loaded_words(&run.seeded) }));
            }
            let begun = Instant::now();
            let mut seeded = executor.seed_one(source, self.folder).await?;
            seeded.elapsed_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
            (self.observe)(Event::Seeded {
                file: seeded.file.clone(),
                created: seeded.created,
                updated: seeded.updated,
                unchanged: seeded.unchanged,
                skipped: seeded.skipped,
                deleted: seeded.deleted,
            });
            run.seeded.push(seeded);
        }
        Ok(())
    }

    /// The checks before a run, over the statements of the seeds and the tables of their rows.
    async fn look_ahead(
        &self,
        executor: &Executor<'_>,
        sources: &[(PathBuf, Source)],
    ) -> Result<(), Failure> {
        let parts: Vec<&Part> = sources.iter().map(|(_, source)| &source.part).collect();
        let mut needs = Needs::of(&parts);
        for (_, source) in sources {
            if let Some(rows) = &source.rows {
                needs.writes_rows(&rows.table, &Place { file: rows.file.clone(), line: 1 });
            }
        }
        let intent =
            Intent { what: "the seeds", parts: &parts, project: None, needs, embedded: self.embedded };
        executor.look_ahead(&intent).await
    }

    fn explained(&self, failure: Failure, sources: &[(PathBuf, Source)], before: &[Seeded]) -> Error {
        match failure {
            Failure::Statement(_) if self.run.cancel.is_cancelled() => Error::Interrupted {
                outcome: format!("{}; the one on its way was rolled back.", loaded_words(before)),
            },
            Failure::Statement(mut error) => {
                let path = sources.get(before.len()).map(|(path, _)| path.as_path());
                let line = path.map(|path| line_in_file(path, error.position.line)).unwrap_or_default();
                error.line = (!line.is_empty()).then_some(line);
                error.outcome = format!("{}; of this one nothing is in the database.", loaded_words(before));
                Error::Statement(error)
            }
            Failure::Disconnected(error) | Failure::Other(error) => error,
        }
    }

    fn read_all(&self) -> Result<Vec<(PathBuf, Source)>, Error> {
        let mut sources = Vec::new();
        let mut unknown: Vec<&String> = self.names.iter().collect();
        for path in files(self.folder)? {
            let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let Some(format) = Format::of(&file_name) else {
                self.tell_passed_over(&file_name);
                continue;
            };
            let named = |wish: &&String| seed::is_named(&file_name, wish);
            if !self.names.is_empty() && !self.names.iter().any(|wish| named(&wish)) {
                continue;
            }
            unknown.retain(|wish| !named(wish));
            let shown = self.display.join(&file_name).display().to_string();
            sources.push((path.clone(), read(&path, &shown, format)?));
        }
        if let Some(name) = unknown.first() {
            return Err(Error::Usage {
                message: format!("there is no seed `{name}` in {}", self.display.display()),
                help: "a seed's name is its file's name, with or without number and ending".to_owned(),
            });
        }
        Ok(sources)
    }

    /// Data that nobody loads is not passed over in silence.
    fn tell_passed_over(&self, file_name: &str) {
        if self.names.is_empty() && !seed::is_beside(file_name) {
            let file = self.display.join(file_name).display().to_string();
            let message = format!("{file} is not loaded: seeds end in .sql, .csv, .json or .toml");
            (self.observe)(Event::Preflight { message, help: None });
        }
    }
}

impl Executor<'_> {
    /// Loads one file, trying again when a lock was not to be had.
    async fn seed_one(&self, source: &Source, folder: &Path) -> Result<Seeded, Failure> {
        let script = Script { part: &source.part, label: source.part.file.clone() };
        let mut attempt = 0;
        loop {
            let loaded = match &source.rows {
                None => self.seed_script(&script, folder).await,
                Some(rows) => self.seed_rows(&script, rows).await,
            };
            let Err(mut failure) = loaded else { return loaded };
            if matches!(failure, Failure::Disconnected(_)) {
                return Err(failure);
            }
            if !self.pause_before_retry(&script, &mut attempt, &mut failure).await {
                return Err(failure);
            }
        }
    }
}

/// The files of a folder by name; a project without seeds has no such folder.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let io = |source| Error::Io { doing: "read", path: folder.display().to_string(), source };
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries: Result<Vec<_>, _> = std::fs::read_dir(folder).map_err(io)?.collect();
    let mut files: Vec<PathBuf> = entries.map_err(io)?.into_iter().map(|entry| entry.path()).collect();
    files.retain(|path| path.is_file() && !is_hidden(path));
    files.sort();
    Ok(files)
}

fn read(path: &Path, shown: &str, format: Format) -> Result<Source, Error> {
    let bytes =
        std::fs::read(path).map_err(|source| Error::Io { doing: "read", path: shown.to_owned(), source })?;
    let text = decode(&bytes).map_err(|why| Error::NotText { file: shown.to_owned(), why })?;
    if format != Format::Sql {
        return seed::read(format, shown, text).map(Source::of_rows).map_err(|why| unreadable(why, path));
    }
    let parts = {
        let mut reader = Reader::new(shown, true);
        reader.feed(text).and_then(|()| reader.finish())
    };
    let parts = parts.map_err(|why| Error::Invalid {
        file: shown.to_owned(),
        line: line_in_file(path, why.position().line),
        why,
    })?;
    Ok(Source { part: parts.up, rows: None })
}

fn unreadable(why: SeedError, path: &Path) -> Error {
    let line = line_in_file(path, why.position.line);
    Error::Seed { line, why }
}

/// How many seeds are loaded, as the beginning of a sentence.
fn loaded_words(seeded: &[Seeded]) -> String {
    match seeded.len() {
        0 => "No seed was loaded".to_owned(),
        1 => "1 seed was loaded before it".to_owned(),
        n => format!("{n} seeds were loaded before it"),
    }
}
