//! What a run finds that is not as the last run left it, and what is expected after it then.

use std::collections::BTreeSet;

use pgkeel_core::diff::diff;
use pgkeel_core::event::Event;
use pgkeel_core::schema::{Id, Schema};
use pgkeel_core::sql::ident::Literal;
use tokio_postgres::Client;

use crate::answer::{ask, truth};
use crate::database::{ConnectOptions, Session, Target};
use crate::error::Error;
use crate::introspect::Second;
use crate::known;
use crate::store::Store;

/// What a run knows of the schema before it.
#[derive(Default)]
pub(crate) enum Before {
    /// It was as the last run left it, or no run has recorded one.
    #[default]
    Expected,
    /// No run has recorded one, and these objects are there already.
    First(BTreeSet<Id>),
    /// Somebody else had changed it.
    Drifted(Box<Drifted>),
    /// It could not be read: what comes out of the run says nothing about what the migrations make.
    Unknown(Error),
}

/// What is not as the last run left it.
pub(crate) struct Drifted {
    /// What was expected.
    recorded: Schema,
    /// What was there.
    live: Schema,
    /// The objects that differ, as SQL names them.
    pub(crate) objects: Vec<String>,
    /// When the schema was recorded, RFC 3339.
    pub(crate) since: String,
}

/// A session under the lock, and how a second one is opened for a large schema; the embedded engine has only one.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub(crate) session: &'a Session,
    pub(crate) target: &'a Target,
    pub(crate) options: &'a ConnectOptions,
    pub(crate) embedded: bool,
}

impl Reader<'_> {
    async fn schema(&self, store: &Store) -> Result<Schema, Error> {
        let Self { session, target, options, embedded } = *self;
        let second = Second { target, options, place: session.place() };
        known::live_schema_with(session.client(), store, (!embedded).then_some(second)).await
    }
}

impl Before {
    /// Looks whether the schema is still the one that the last run recorded.
    ///
    /// # Errors
    /// The connection is gone.
    pub(crate) async fn look(reader: Reader<'_>, store: &Store) -> Result<Self, Error> {
        match found(reader, store).await {
            Err(error) if !error.is_disconnect() => Ok(Self::Unknown(error)),
            found => found,
        }
    }

    /// Before the first run: what is there already. What cannot be read is not known, and nothing else is lost by it.
    ///
    /// # Errors
    /// The connection is gone.
    pub(crate) async fn first(reader: Reader<'_>, store: &Store) -> Result<Self, Error> {
        let found = async {
            if is_empty(reader.session.client(), store).await? {
                return Ok::<_, Error>(BTreeSet::new());
            }
            Ok(reader.schema(store).await?.wholes().cloned().collect())
        };
        match found.await {
            Err(error) if !error.is_disconnect() => Ok(Self::Expected),
            found => Ok(Self::First(found?)),
        }
    }

    /// Records what is expected after the run: what it changed, and none of what others had. Nothing where that is not known.
    /// A schema that cannot be read or kept now undoes nothing: that is said.
    ///
    /// # Errors
    /// The connection is gone.
    pub(crate) async fn record(
        &self,
        reader: Reader<'_>,
        store: &Store,
        observe: &(dyn Fn(Event) + Send + Sync),
    ) -> Result<(), Error> {
        let recorded = async {
            let after = reader.schema(store).await?;
            let none = BTreeSet::new();
            let (expected, found) = match self {
                Self::Expected => (after, &none),
                Self::First(found) => (after, found),
                Self::Drifted(drifted) => (drifted.recorded.expected_after(&drifted.live, &after), &none),
                Self::Unknown(_) => return Ok(()),
            };
            store.record_schema(reader.session.client(), &expected, found).await.map(drop)
        };
        match recorded.await {
            Err(error) if !error.is_disconnect() => {
                observe(Event::Notice {
                    label: "the schema after the run".to_owned(),
                    severity: "WARNING".to_owned(),
                    message: format!("it was not recorded: {error}"),
                    line: None,
                });
                Ok(())
            }
            other => other,
        }
    }
}

async fn found(reader: Reader<'_>, store: &Store) -> Result<Before, Error> {
    let client = reader.session.client();
    let Some(recorded) = store.last_recorded(client).await? else {
        return Before::first(reader, store).await;
    };
    let live = reader.schema(store).await?;
    if live.fingerprint() == recorded.fingerprint {
        return Ok(Before::Expected);
    }
    let Some(then) = store.recorded_schema(client, &recorded.fingerprint).await? else {
        return Ok(Before::Expected);
    };
    let then = store.own(then);
    let objects: Vec<String> = diff(&then, &live).keys().map(ToString::to_string).collect();
    if objects.is_empty() {
        return Ok(Before::Expected);
    }
    Ok(Before::Drifted(Box::new(Drifted { recorded: then, live, objects, since: recorded.taken_at })))
}

/// Whether the database holds nothing but the history: whoever migrates a new one need not read its schema first.
async fn is_empty(client: &Client, store: &Store) -> Result<bool, Error> {
    let sql = format!(
        "SELECT NOT EXISTS (SELECT FROM (SELECT oid, relnamespace FROM pg_catalog.pg_class UNION ALL SELECT oid, \
         pronamespace FROM pg_catalog.pg_proc UNION ALL SELECT oid, typnamespace FROM pg_catalog.pg_type UNION ALL SELECT \
         oid, extnamespace FROM pg_catalog.pg_extension) made (oid, namespace) WHERE made.oid >= 16384 AND namespace \
         NOT IN (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname IN ({}, 'pg_toast')))",
        Literal(store.namespace()),
    );
    let rows = ask(client, "looking whether the database is new", &sql).await?;
    Ok(rows.first().is_some_and(|row| truth(row, 0)))
}
