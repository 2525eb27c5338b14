//! Migrations replayed one by one on a scratch database, so that the schema before and after each is known. Each runs as
//! the executor would run it: in one transaction where that is possible, in a session that nothing was left in.

use std::path::Path;

use pgkeel_core::history::{Entry, Outcome as Standing};
use pgkeel_core::migration::{Migration, Part, Version, checksum};
use pgkeel_core::plan::{self, Options, Step};
use pgkeel_core::schema::Schema;
use pgkeel_core::sql::script::{Piece, Statement};
use pgkeel_core::sql::secrets::masked;

use crate::apply::needs_steps;
use crate::error::Error as Refusal;
use crate::introspect;
use crate::pieces::Pieces;
use crate::scratch::{self, Attempts, Beginning, Database, refusal, said};
use crate::source::{Workshop, roles};

/// Why a replay ended.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no scratch database.
    #[error(transparent)]
    Scratch(#[from] scratch::Error),
    /// The scratch database could not be read.
    #[error(transparent)]
    Introspect(#[from] introspect::Error),
    /// The scratch database broke.
    #[error("the scratch database: {}", said(.0))]
    Connection(#[from] tokio_postgres::Error),
    /// A file cannot be read again.
    #[error(transparent)]
    File(#[from] Box<Refusal>),
    /// The scratch server refused a statement.
    #[error("{file}:{line}: {message} ({code})\n    {excerpt}")]
    Statement {
        /// The file, as messages name it.
        file: String,
        /// The statement's line.
        line: usize,
        /// The server's words.
        message: String,
        /// SQLSTATE.
        code: String,
        /// The statement's first line.
        excerpt: String,
    },
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

/// The entries of a history in the order in which they were applied.
pub fn in_order(entries: &[Entry]) -> Vec<&Entry> {
    let mut order: Vec<&Entry> = entries.iter().collect();
    order.sort_by(|a, b| (&a.applied_at, &a.version).cmp(&(&b.applied_at, &b.version)));
    order
}

/// The file whose replay shows what an entry did.
///
/// # Errors
/// There is none, and why, as a sentence.
pub fn file_of<'m>(entry: &Entry, migrations: &'m [Migration]) -> Result<&'m Migration, String> {
    let label = if entry.name.is_empty() {
        entry.version.to_string()
    } else {
        format!("{}_{}", entry.version, entry.name)
    };
    let stopped = |why: &str| Err(format!("{label} {why}"));
    let Some(migration) = migrations.iter().find(|migration| migration.version == entry.version) else {
        return stopped("has no file any more, so the migrations cannot be replayed");
    };
    let same_algorithm = entry.checksum_algorithm == checksum::ALGORITHM;
    if same_algorithm && entry.checksum != migration.up.checksum.value {
        return stopped("was changed after it was applied, so a replay would not show what ran");
    }
    match entry.outcome {
        Standing::Applied | Standing::Stamped => Ok(migration),
        _ => stopped("is not wholly applied, so a replay would not show what ran"),
    }
}

/// A scratch database on which migrations are replayed.
pub struct Replay<'w> {
    workshop: &'w Workshop,
    database: Database,
    on: String,
    beginning: Beginning,
}

impl<'w> Replay<'w> {
    /// On an empty database.
    ///
    /// # Errors
    /// There is no scratch server, or it refuses.
    pub async fn start(workshop: &'w Workshop) -> Result<Self, Error> {
        let server = workshop.server().await?;
        let database = server.database().await?;
        let beginning = workshop.beginning();
        beginning.make(&database).await?;
        Ok(Self { workshop, database, on: server.name().to_owned(), beginning })
    }

    /// Another one on the same server.
    ///
    /// # Errors
    /// The server refuses.
    pub async fn beside(&self) -> Result<Self, Error> {
        Self::start(self.workshop).await
    }

    /// Its database.
    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// What it runs on, for the user to read.
    pub fn on(&self) -> &str {
        &self.on
    }

    /// The schema now.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn schema(&self) -> Result<Schema, Error> {
        let mut schema = self.workshop.read_scratch(&self.database).await?;
        self.beginning.complete(&mut schema);
        Ok(schema)
    }

    /// As [`Replay::schema`], with the places at which the catalog keeps the objects.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn placed(&self) -> Result<(Schema, introspect::Placed), Error> {
        Ok(self.workshop.read_scratch_placed(&self.database).await?)
    }

    /// Runs a part; `folder` is where its file is, for one that was too large to keep.
    ///
    /// # Errors
    /// The server refused a statement, or the file is gone.
    pub async fn run(&self, part: &Part, folder: &Path) -> Result<(), Error> {
        // A transaction in which a role was missing, or there already, is begun anew.
        let mut attempts = Attempts::default();
        loop {
            let Err((place, error)) = self.attempt(part, folder, &attempts).await? else { return Ok(()) };
            let at = place.as_ref().map(|(place, statement)| (*place, statement.text.as_str()));
            if needs_steps(part) || !attempts.learn(&self.database, at, &error).await? {
                return Err(refused(part, place.as_ref().map(|(_, statement)| statement), error));
            }
        }
    }

    /// Runs the up part of a migration.
    ///
    /// # Errors
    /// As [`Replay::run`].
    pub async fn apply(&self, migration: &Migration, folder: &Path) -> Result<(), Error> {
        self.run(&migration.up, folder).await
    }

    /// The schema before the first migration (`None`) and after each.
    ///
    /// # Errors
    /// As [`Replay::run`] and [`Replay::schema`].
    pub async fn states(
        &self,
        migrations: &[Migration],
        folder: &Path,
    ) -> Result<Vec<(Option<Version>, Schema)>, Error> {
        let mut states = vec![(None, self.schema().await?)];
        for migration in migrations {
            self.apply(migration, folder).await?;
            states.push((Some(migration.version.clone()), self.schema().await?));
        }
        Ok(states)
    }

    /// Makes a schema on the empty database.
    ///
    /// # Errors
    /// The scratch server cannot hold it.
    pub async fn make(&self, schema: &Schema) -> Result<(), Error> {
        let client = self.database.session().client();
        for role in roles(schema) {
            self.database.make_role(&role).await?;
        }
        client.batch_execute("SET check_function_bodies = off; SET client_min_messages = error").await?;
        let steps = plan::statements(&self.schema().await?, schema, &Options::default()).steps;
        self.carry_out(&steps).await
    }

    /// Carries out the steps of a plan, each by itself.
    ///
    /// # Errors
    /// The server refuses one.
    pub async fn carry_out(&self, steps: &[Step]) -> Result<(), Error> {
        let client = self.database.session().client();
        for step in steps {
            if let Err(error) = client.batch_execute(&step.sql).await {
                let message = refusal(&error).ok_or(error)?;
                return Err(Error::Start { on: self.on.clone(), sql: step.shown().to_owned(), message });
            }
        }
        Ok(())
    }

    /// Drops the database.
    pub async fn close(self) {
        self.database.close().await;
    }

    /// Runs a part, without the statements that have nothing left to do.
    async fn attempt(&self, part: &Part, folder: &Path, attempts: &Attempts) -> Result<Ran, Error> {
        let client = self.database.session().client();
        client.batch_execute("DISCARD ALL").await?;
        self.beginning.set(client).await;
        client.batch_execute("SET client_min_messages = error").await?;
        if needs_steps(part) {
            return self.statements(part, folder, attempts).await;
        }
        self.database.begin().await?;
        let done = self.statements(part, folder, attempts).await;
        if !matches!(done, Ok(Ok(()))) {
            self.database.roll_back().await?;
            return done;
        }
        Ok(self.database.commit().await.map_err(|error| (None, error)))
    }

    async fn statements(&self, part: &Part, folder: &Path, attempts: &Attempts) -> Result<Ran, Error> {
        let name = part.file.rsplit(['/', '\\']).next().unwrap_or(&part.file);
        let mut pieces = Pieces::of(part, &folder.join(name)).map_err(Box::new)?;
        let mut waiting: Option<(usize, Statement, Vec<String>)> = None;
        let mut next = 0;
        while let Some(piece) = pieces.next().map_err(Box::new)? {
            match piece.into_owned() {
                Piece::Statement(statement) => {
                    if let Err(refused) = self.send(part, waiting.take(), attempts).await {
                        return Ok(Err(refused));
                    }
                    waiting = Some((next, statement, Vec::new()));
                    next += 1;
                }
                Piece::CopyData(data) => {
                    if let Some((.., portions)) = &mut waiting {
                        portions.push(data);
                    }
                }
                Piece::Comment { .. } => {}
            }
        }
        Ok(self.send(part, waiting, attempts).await)
    }

    async fn send(
        &self,
        part: &Part,
        statement: Option<(usize, Statement, Vec<String>)>,
        attempts: &Attempts,
    ) -> Ran {
        let Some((place, statement, mut data)) = statement.filter(|(place, ..)| !attempts.passes(*place))
        else {
            return Ok(());
        };
        if statement.copies_in && data.is_empty() {
            data.push(String::new());
        }
        let sent = if needs_steps(part) {
            self.database.send_alone(&statement.text, &data).await.map(|_| ())
        } else {
            self.database.send(&statement.text, &data).await
        };
        sent.map_err(|error| (Some((place, statement)), error))
    }
}

/// What became of a part: the statement that was refused, by its place, if it was one.
type Ran = Result<(), (Option<(usize, Statement)>, tokio_postgres::Error)>;

fn refused(part: &Part, statement: Option<&Statement>, error: tokio_postgres::Error) -> Error {
    let Some(refusal) = error.as_db_error() else { return Error::Connection(error) };
    let detail = refusal.detail().map(|detail| format!("; {detail}")).unwrap_or_default();
    Error::Statement {
        file: part.file.clone(),
        line: statement.map_or(1, |statement| statement.position.line),
        message: format!("{}{detail}", refusal.message()),
        code: refusal.code().code().to_owned(),
        excerpt: masked(statement.and_then(|s| s.text.lines().next()).unwrap_or("COMMIT")),
    }
}
