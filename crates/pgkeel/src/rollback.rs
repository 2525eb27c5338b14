//! `rollback`: what the history says was applied is taken back, newest first, by the down script recorded with each entry.
//! What would be lost is named before; what is not proven is said.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use pgkeel_core::event::Event;
use pgkeel_core::history::{Entry, Outcome};
use pgkeel_core::migration::{Migration, Part, Version};
use pgkeel_core::rollback::generate::Generated;
use pgkeel_core::rollback::loss::{self, Loss};
use pgkeel_core::rollback::{Class, Wish, select};
use pgkeel_core::schema::Id;
use serde::Serialize;

use crate::apply::RunOptions;
use crate::database::{ConnectOptions, Session, Target, connect};
use crate::error::Error;
use crate::source::Workshop;
use crate::store::Store;

mod backwards;
mod down;
pub mod fix;
pub mod generate;
pub mod keep;
mod live;
mod proof;
mod run;
mod snapshots;

pub use down::Source;
pub use proof::Proof;

/// Everything that a rollback needs.
pub struct Job<'a> {
    /// The database.
    pub target: &'a Target,
    /// How to connect to it.
    pub connect: ConnectOptions,
    /// Where the files are.
    pub folder: &'a Path,
    /// What the files say, in order; they may be gone.
    pub migrations: &'a [Migration],
    /// True for the embedded engine.
    pub embedded: bool,
    /// The history.
    pub store: &'a Store,
    /// How far back.
    pub wish: Wish,
    /// Objects whose data may be lost, as [`Loss::object`] names them; `all` allows every loss.
    pub allowed: &'a [String],
    /// For how many days what the scripts drop is set aside instead; `None` when it is dropped.
    pub preserve: Option<u32>,
    /// Run the file's down part where it has one, instead of the recorded one.
    pub from_file: bool,
    /// Try on a scratch database first.
    pub prove: bool,
    /// Where scratch databases come from.
    pub workshop: &'a Workshop,
    /// How long to wait for another runner.
    pub lock_wait: Duration,
    /// Timeouts and retries.
    pub run: RunOptions,
    /// Takes the events.
    pub observe: &'a (dyn Fn(Event) + Send + Sync),
}

/// What a rollback will do.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The migrations to take back, in the order in which that is done.
    pub migrations: Vec<Planned>,
    /// How many stay.
    pub remaining: usize,
}

/// One migration that is to be taken back.
#[derive(Debug, Clone, Serialize)]
pub struct Planned {
    /// Its version.
    pub version: Version,
    /// `0014_create_users`.
    pub label: String,
    /// Where its down script comes from.
    pub source: Source,
    /// How far it can be taken back.
    pub class: Class,
    /// What is lost, statement by statement.
    pub losses: Vec<Loss>,
    /// What the user should know.
    pub notes: Vec<String>,
    /// What was found on a scratch database.
    pub proof: Proof,
    /// The statements that run.
    pub statements: Vec<String>,
    /// Whether its script is still to be generated.
    #[serde(skip)]
    unwritten: bool,
    #[serde(skip)]
    part: Part,
    /// Tables and columns that were gone after it on the scratch database.
    #[serde(skip)]
    dropped: BTreeSet<Id>,
    /// The entry as it was when the plan was made.
    #[serde(skip)]
    entry: Entry,
}

/// A migration that was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RolledBack {
    /// Its version.
    pub version: Version,
    /// `0014_create_users`.
    pub label: String,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
}

impl Planned {
    /// Takes a generated script.
    fn write(&mut self, generated: &Generated) -> Result<(), Error> {
        self.part = down::parse(&self.label, &generated.script())?;
        self.notes.extend(generated.notes.iter().cloned());
        self.unwritten = false;
        Ok(())
    }
}

impl Plan {
    /// What is lost now, over all migrations, and neither among `allowed` nor set aside.
    pub fn forbidden<'p>(&'p self, allowed: &[String], preserve: bool) -> Vec<&'p Loss> {
        forbidden(self.migrations.iter().flat_map(|planned| &planned.losses), allowed, preserve)
    }

    /// The first that fails on a scratch database, and would fail here.
    pub fn failing(&self) -> Option<(&Planned, &str)> {
        self.migrations.iter().find_map(|planned| match &planned.proof {
            Proof::Fails { message, .. } => Some((planned, message.as_str())),
            _ => None,
        })
    }
}

fn forbidden<'l>(
    losses: impl Iterator<Item = &'l Loss>,
    allowed: &[String],
    preserve: bool,
) -> Vec<&'l Loss> {
    losses.filter(|loss| loss.now && !(preserve && loss.keepable) && !is_allowed(loss, allowed)).collect()
}

/// `table users` is allowed by its name with or without the kind.
fn is_allowed(loss: &Loss, allowed: &[String]) -> bool {
    let bare = loss.object.strip_prefix("table ").or_else(|| loss.object.strip_prefix("column "));
    allowed.iter().any(|object| object == "all" || *object == loss.object || Some(object.as_str()) == bare)
}

/// Refuses when there is something that may not be lost.
fn permit(forbidden: &[&Loss]) -> Result<(), Error> {
    let Some(first) = forbidden.first() else { return Ok(()) };
    let lines: Vec<String> = forbidden
        .iter()
        .map(|loss| {
            let rows = loss.rows.map(|rows| format!(" ({rows})")).unwrap_or_default();
            let statement = loss.statement.as_ref().map(|sql| format!("\n      {sql}")).unwrap_or_default();
            format!("  {}{rows}{statement}", loss.what)
        })
        .collect();
    Err(Error::Refused {
        message: format!("data would be lost; nothing was done:\n{}", lines.join("\n")),
        help: format!(
            "--preserve-data keeps tables and columns aside; --allow-loss \"{}\" (once per object) or --allow-loss all lets it go",
            first.object
        ),
    })
}

impl Job<'_> {
    /// What would be done, without locking or changing anything but a scratch database.
    ///
    /// # Errors
    /// The database cannot be asked, the version is unknown, or a down script is missing and cannot be written.
    pub async fn plan(&self) -> Result<Plan, Error> {
        let session = self.look().await?;
        let history = self.store.read(session.client()).await;
        let major = session.major();
        session.close().await;
        if let Some(major) = major {
            self.workshop.prefer_major(major);
        }
        let entries = history?.entries;
        let mut planned = Vec::new();
        for entry in self.selected(&entries)? {
            planned.push(self.planned(entry)?);
        }
        if planned.is_empty() {
            return Ok(Plan { migrations: planned, remaining: entries.len() });
        }
        self.examine(&entries, &mut planned).await?;
        let session = self.look().await?;
        for planned in &mut planned {
            self.judge(&session, planned).await;
        }
        session.close().await;
        Ok(Plan { remaining: entries.len() - planned.len(), migrations: planned })
    }

    fn selected<'e>(&self, entries: &'e [Entry]) -> Result<Vec<&'e Entry>, Error> {
        select(entries, &self.wish)
            .map_err(|obstacle| Error::Usage { message: obstacle.message, help: obstacle.help })
    }

    fn planned(&self, entry: &Entry) -> Result<Planned, Error> {
        let migration = self.migrations.iter().find(|migration| migration.version == entry.version);
        let label = down::label(entry);
        let choice = down::choose(entry, migration, self.from_file)?;
        let (source, part) = match choice.found {
            Some(found) => found,
            None => (Source::Generated, down::parse(&label, "")?),
        };
        let mut notes: Vec<String> = choice.note.into_iter().collect();
        if matches!(entry.outcome, Outcome::Started | Outcome::Failed) {
            notes.push(
                "it was begun and not finished: what of it is not there makes the script fail".to_owned(),
            );
        }
        Ok(Planned {
            version: entry.version.clone(),
            label,
            source,
            class: Class::Reversible,
            losses: Vec::new(),
            notes,
            proof: Proof::Untried { why: "it was not asked for".to_owned() },
            statements: Vec::new(),
            unwritten: source == Source::Generated,
            part,
            dropped: BTreeSet::new(),
            entry: entry.clone(),
        })
    }

    /// Looks at what is lost, statement by statement, on the live database.
    async fn judge(&self, session: &Session, planned: &mut Planned) {
        let mut statements = loss::statements(&planned.part);
        loss::add_unnamed(&mut statements, &planned.dropped);
        planned.statements = planned.part.in_memory().map(|statement| statement.text.clone()).collect();
        planned.losses = live::losses(session, &statements).await;
        let migration = self.migrations.iter().find(|migration| migration.version == planned.version);
        // What ran counts; the file may be another by now, or gone.
        let recorded = planned.entry.destroyed.as_deref();
        let recorded = recorded.map(|lines| lines.lines().map(str::to_owned).collect::<Vec<_>>());
        if recorded.is_none() && migration.is_none() {
            planned.notes.push(
                "what it destroyed was not recorded, and its file is gone: it may be irreversible".to_owned(),
            );
        }
        let destroyed = recorded
            .or_else(|| migration.map(|migration| loss::destroyed(&migration.up)))
            .unwrap_or_default();
        planned.class = loss::class(&destroyed, &statements);
        planned.notes.retain(|note| !destroyed.contains(note));
        planned.notes.extend(destroyed);
    }

    /// A session that only looks.
    async fn look(&self) -> Result<Session, Error> {
        let options = self.connect.clone().setting("default_transaction_read_only", "on");
        Ok(connect(self.target, &options).await?)
    }
}
