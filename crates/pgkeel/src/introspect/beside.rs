//! A second session that sees what the first one sees, and asks half of the questions about a large schema.

use std::sync::Mutex;
use std::time::Duration;

use pgkeel_core::sql::ident::Literal;

use super::beginning;
use super::collect::Collected;
use super::questions::{Left, Question};
use crate::database::{self, ConnectOptions, Session, Target, connect};

/// How long opening the session may take: the first one can do without it.
const OPENING: Duration = Duration::from_secs(1);

/// Why the second session did not answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is none in time.
    #[error("no second session within {OPENING:?}")]
    Slow,
    /// The server gave none: its connections are used up, for example.
    #[error(transparent)]
    Connect(#[from] database::Error),
    /// Of several hosts another one answered.
    #[error("the second session is with another server")]
    Elsewhere,
    /// It is with another server than the first: behind a balancer, for example.
    #[error("the snapshot is not known to the second session: {0}")]
    Snapshot(tokio_postgres::Error),
    /// A question was not answered.
    #[error(transparent)]
    Asking(#[from] super::Error),
}

/// How the session is opened: as the first one was.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Second<'a> {
    pub(crate) target: &'a Target,
    pub(crate) options: &'a ConnectOptions,
    /// Where the first one is: [`Session::place`].
    pub(crate) place: &'a str,
}

impl Second<'_> {
    /// It does not wait for a database that takes no more, and writes nothing.
    async fn open(&self) -> Result<Session, database::Error> {
        let options = ConnectOptions { wait: None, ..self.options.clone() };
        connect(self.target, &options.setting("default_transaction_read_only", "on")).await
    }
}

/// Opens the session, asks, and closes it. Nothing has been taken when it could not be opened.
pub(super) async fn answer(
    second: Second<'_>,
    snapshot: &str,
    longest: Duration,
    questions: &[(Question, String)],
    left: &Left,
    collected: &Mutex<Collected>,
) -> Result<(), Error> {
    let session = tokio::time::timeout(OPENING, second.open()).await.map_err(|_| Error::Slow)??;
    if session.place() != second.place {
        return Err(Error::Elsewhere);
    }
    let client = session.client();
    let shared = format!("SET TRANSACTION SNAPSHOT {}; ", Literal(snapshot));
    client.batch_execute(&beginning(longest, &shared)).await.map_err(Error::Snapshot)?;
    // Closing it ends its transaction; nobody has to wait for that.
    Ok(super::answer(client, questions, left, collected).await?)
}
