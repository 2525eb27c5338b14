//! A session that cannot write: what status, validate, review, diff and health-check get.

use super::capabilities::direct_words;
use super::error::Error;
use super::{ConnectOptions, Session, Tap, Target, connect};
use crate::answer::{column, rows};
use crate::introspect;
use pgkeel_core::schema::Schema;
use std::future::Future;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row, SimpleQueryMessage};

/// What can be asked: the part of a client that reads.
pub trait Query: Sync {
    /// Rows of one statement with parameters.
    fn query(
        &self,
        sql: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> impl Future<Output = Result<Vec<Row>, tokio_postgres::Error>> + Send;

    /// Rows of one or more statements as text, in one round trip.
    fn simple_query(
        &self,
        sql: &str,
    ) -> impl Future<Output = Result<Vec<SimpleQueryMessage>, tokio_postgres::Error>> + Send;
}

impl Query for Client {
    async fn query(
        &self,
        sql: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, tokio_postgres::Error> {
        Client::query(self, sql, parameters).await
    }

    async fn simple_query(&self, sql: &str) -> Result<Vec<SimpleQueryMessage>, tokio_postgres::Error> {
        Client::simple_query(self, sql).await
    }
}

impl Query for Session {
    async fn query(
        &self,
        sql: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, tokio_postgres::Error> {
        self.client().query(sql, parameters).await
    }

    async fn simple_query(&self, sql: &str) -> Result<Vec<SimpleQueryMessage>, tokio_postgres::Error> {
        self.client().simple_query(sql).await
    }
}

/// A session whose transactions are read-only, and which offers nothing that could change that.
#[derive(Debug)]
pub struct ReadOnly {
    session: Session,
    target: Target,
    options: ConnectOptions,
    /// Behind a pooler the setting cannot be made for the session, so each question is a transaction of its own.
    one_at_a_time: Option<Mutex<()>>,
}

impl ReadOnly {
    /// Opens one.
    ///
    /// # Errors
    /// As [`connect`].
    pub async fn open(target: &Target, options: &ConnectOptions) -> Result<Self, Error> {
        let options = options.clone().setting("default_transaction_read_only", "on");
        let session = connect(target, &options).await?;
        let one_at_a_time = (!session.settings_accepted()).then(|| Mutex::new(()));
        if one_at_a_time.is_some() {
            allows_transactions(&session).await?;
        }
        Ok(Self { session, target: target.clone(), options, one_at_a_time })
    }

    /// How another session is opened that is surely with the same server: a pooler may lead elsewhere.
    pub(crate) fn second(&self) -> Option<introspect::Second<'_>> {
        let second = introspect::Second { target: &self.target, options: &self.options, place: self.place() };
        self.one_at_a_time.is_none().then_some(second)
    }

    /// The client, for introspection alone: it reads in a transaction that it makes read-only itself.
    pub(crate) fn client(&self) -> &Client {
        self.session.client()
    }

    /// What passed on the wire.
    pub fn tap(&self) -> &Tap {
        self.session.tap()
    }

    /// The host as written and the address that answered.
    pub fn place(&self) -> &str {
        self.session.place()
    }

    /// The session's facts: role, database, encryption, reported parameters. Its client stays hidden.
    pub fn reported(&self, name: &str) -> Option<&str> {
        self.session.reported(name)
    }

    /// Reads the schema, waiting for a lock no longer than this.
    ///
    /// # Errors
    /// As [`introspect::of_waiting`].
    pub async fn schema(
        &self,
        longest: Duration,
    ) -> Result<(Schema, introspect::Session), introspect::Error> {
        introspect::of_waiting(self, longest).await
    }

    /// Ends the connection and waits until the server has been told.
    pub async fn close(self) {
        self.session.close().await;
    }

    async fn guarded<T: Send>(
        &self,
        ask: impl Future<Output = Result<T, tokio_postgres::Error>> + Send,
    ) -> Result<T, tokio_postgres::Error> {
        let Some(turn) = &self.one_at_a_time else { return ask.await };
        let _turn = turn.lock().await;
        let client = self.session.client();
        client.batch_execute("BEGIN READ ONLY").await?;
        let answer = ask.await;
        client.batch_execute("ROLLBACK").await?;
        answer
    }
}

/// Refuses a pooler that gives every statement another connection.
///
/// # Errors
/// [`Error::Pooler`] with the address to use instead.
async fn allows_transactions(session: &Session) -> Result<(), Error> {
    let client = session.client();
    let refused = match client.batch_execute("BEGIN READ ONLY").await {
        Ok(()) => client.batch_execute("ROLLBACK").await.err(),
        Err(error) => Some(error),
    };
    // What else is wrong is told by the question that meets it.
    let Some(_) = refused.filter(|error| error.code() == Some(&SqlState::PROTOCOL_VIOLATION)) else {
        return Ok(());
    };
    let where_it_is = "SELECT pg_catalog.host(pg_catalog.inet_server_addr()), \
                       coalesce(pg_catalog.inet_server_port()::text, pg_catalog.current_setting('port'))";
    let answer = client.simple_query(where_it_is).await.unwrap_or_default();
    let row = rows(&answer).next();
    let text = |at: usize| row.and_then(|row| column(row, at));
    Err(Error::Pooler { direct: direct_words(text(0), text(1).unwrap_or("5432")) })
}

impl Query for ReadOnly {
    async fn query(
        &self,
        sql: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, tokio_postgres::Error> {
        self.guarded(self.session.client().query(sql, parameters)).await
    }

    async fn simple_query(&self, sql: &str) -> Result<Vec<SimpleQueryMessage>, tokio_postgres::Error> {
        self.guarded(self.session.client().simple_query(sql)).await
    }
}
