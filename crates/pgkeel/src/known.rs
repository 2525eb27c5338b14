//! Which known version of its schema a database equals: told by the fingerprints in the history, and where these do not
//! know, by a replay of the migrations.

use std::path::Path;

use pgkeel_core::history::Entry;
pub use pgkeel_core::known::Place;
use pgkeel_core::known::place;
use pgkeel_core::migration::Migration;
use pgkeel_core::object::Kind;
use pgkeel_core::schema::{Id, Others, Schema};

use crate::database::{ConnectOptions, Target, connect};
use crate::error::Error;
use crate::introspect;
use crate::replay::Replay;
use crate::source::Workshop;
use crate::store::Store;

/// Everything that it takes to tell.
pub struct Job<'a> {
    /// The database.
    pub target: &'a Target,
    /// How to connect to it.
    pub connect: ConnectOptions,
    /// The history.
    pub store: &'a Store,
    /// What it recorded.
    pub entries: &'a [Entry],
    /// What the files say, in order.
    pub migrations: &'a [Migration],
    /// Where the files are.
    pub folder: &'a Path,
    /// Where scratch databases come from; `None` when only the recorded fingerprints are to be asked.
    pub workshop: Option<&'a Workshop>,
}

/// Where a database stands, and how that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The fingerprint of its schema.
    pub fingerprint: String,
    /// Where it stands; `None` when no recorded fingerprint is its own and the migrations were not replayed.
    pub place: Option<Place>,
    /// What the migrations were replayed on.
    pub on: Option<String>,
}

impl Job<'_> {
    /// Looks at the schema and finds its place.
    ///
    /// # Errors
    /// The database cannot be read, or the migrations cannot be replayed.
    pub async fn tell(&self) -> Result<Known, Error> {
        let options = self.connect.clone().setting("default_transaction_read_only", "on");
        let session = connect(self.target, &options).await?;
        let read = live_and_others(session.client(), self.store, None).await;
        if let (Ok((live, _)), Some(workshop)) = (&read, self.workshop) {
            workshop.start_like(&session, live, self.migrations).await?;
        }
        session.close().await;
        let (live, others) = read?;
        let fingerprint = if others.is_empty() {
            live.fingerprint()
        } else {
            live.clone().without_theirs(&others).fingerprint()
        };
        let recorded = self
            .entries
            .iter()
            .filter(|entry| entry.fingerprint.as_deref() == Some(fingerprint.as_str()))
            .max_by(|a, b| a.version.cmp(&b.version));
        if let Some(entry) = recorded {
            let place = Place::Version { version: Some(entry.version.clone()) };
            return Ok(Known { fingerprint, place: Some(place), on: None });
        }
        let Some(workshop) = self.workshop else { return Ok(Known { fingerprint, place: None, on: None }) };
        workshop.prefer_version_of(&live);
        let stopped = |on: &str, error: crate::replay::Error| Error::Refused {
            message: format!("the migrations cannot be replayed on {on}: {error}"),
            help: "`pgkeel status --quick` goes without; --scratch-url names another server for it"
                .to_owned(),
        };
        let start = Replay::start(workshop).await;
        let replay = start.map_err(|error| stopped("a scratch database", error))?;
        let states = replay.states(self.migrations, self.folder).await;
        let on = replay.on().to_owned();
        replay.close().await;
        let newest = self.entries.iter().map(|entry| &entry.version).max();
        let states = states.map_err(|error| stopped(&on, error))?;
        let with_theirs = |schema| self.store.own(schema).with_theirs(&live, &others).0;
        let states: Vec<_> =
            states.into_iter().map(|(version, schema)| (version, with_theirs(schema))).collect();
        let place = place(&live, &states, newest);
        Ok(Known { fingerprint, place: Some(place), on: Some(on) })
    }
}

/// The application's schema: without pgkeel's own namespaces and what other applications' histories vouch for, and with what belongs to the role that migrates belonging to
/// nobody in particular, so that its fingerprint is the same in every environment, whoever looks. The role that migrates is
/// the one that owns the history; without a history it is the one that looks.
///
/// # Errors
/// The database cannot be read.
pub async fn live_schema(client: &tokio_postgres::Client, store: &Store) -> Result<Schema, Error> {
    live_schema_with(client, store, None).await
}

/// As [`live_schema`]; a large one is read over a second session as well.
///
/// # Errors
/// As [`live_schema`].
pub(crate) async fn live_schema_with(
    client: &tokio_postgres::Client,
    store: &Store,
    second: Option<introspect::Second<'_>>,
) -> Result<Schema, Error> {
    let (schema, others) = live_and_others(client, store, second).await?;
    Ok(schema.without_theirs(&others))
}

/// The same with what other applications have made, and what their histories recorded of it.
async fn live_and_others(
    client: &tokio_postgres::Client,
    store: &Store,
    second: Option<introspect::Second<'_>>,
) -> Result<(Schema, Others), Error> {
    let read = introspect::read_with_second(client, second).await;
    let (mut schema, session) = read.map_err(|error| Box::new(crate::source::Error::Introspect(error)))?;
    let others = if schema.has_history_beside(store.namespace()) {
        store.others(client).await?
    } else {
        Others::default()
    };
    let history = Id::new(Kind::Namespace, [store.namespace()]);
    let owner = schema.objects.get(&history).and_then(|history| history.attributes.owner.clone());
    let owner = owner.unwrap_or(session.role);
    for object in schema.objects.values_mut() {
        if object.attributes.owner.as_ref() == Some(&owner) {
            object.attributes.owner = None;
        }
    }
    Ok((store.own(schema), others))
}
