//! Reads a database's schema: one consistent snapshot, and round trips that do not grow with the schema. A large schema is
//! read over two sessions that share the snapshot.

mod addresses;
mod beside;
mod collect;
mod definition;
mod names;
mod queries;
mod questions;
mod row;

use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::maybe_done;
use futures_util::stream::FuturesOrdered;
use pgkeel_core::schema::Schema;
use tokio::sync::oneshot;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row, RowStream};

use crate::database::ReadOnly;
pub use addresses::Placed;
pub(crate) use beside::Second;
use collect::Collected;
use questions::{Left, Question, Questions};

/// How long one lock may be waited for: a migration that holds a table must not hold up whoever only looks.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// How many rows are taken at a time: those that are there are not kept until the last one has come.
const ROWS: usize = 256;

/// Everything that settles how PostgreSQL writes definitions, so that equal schemas are written alike.
const SETTINGS: &str = "SET LOCAL search_path = ''; SET LOCAL quote_all_identifiers = off; SET LOCAL datestyle = 'ISO, YMD'; \
     SET LOCAL intervalstyle = 'postgres'; SET LOCAL timezone = 'UTC'; SET LOCAL extra_float_digits = 1; \
     SET LOCAL bytea_output = 'hex'; SET LOCAL xmloption = content; SET LOCAL statement_timeout = 0; SET LOCAL jit = off; \
     SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL work_mem = '32MB'";

/// Why a schema could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server refused or the connection broke.
    #[error("the schema could not be read: {}", describe(.0))]
    Database(#[from] tokio_postgres::Error),
    /// A catalog row did not have the shape that was asked for: a mistake of pgkeel's.
    #[error("reading {kind}: {message}")]
    Row {
        /// What was read.
        kind: &'static str,
        /// What was wrong.
        message: String,
    },
    /// The server is too old.
    #[error("PostgreSQL {0} is not supported; 14 is the oldest that is")]
    TooOld(String),
}

impl Error {
    /// Whether a lock that somebody else holds was the reason.
    pub fn is_locked(&self) -> bool {
        let locked = tokio_postgres::error::SqlState::LOCK_NOT_AVAILABLE;
        matches!(self, Self::Database(error) if error.code() == Some(&locked))
    }
}

fn describe(error: &tokio_postgres::Error) -> String {
    if error.code() == Some(&tokio_postgres::error::SqlState::LOCK_NOT_AVAILABLE) {
        return "another session holds a lock on something that has to be read, and did not let go in time; try again when it is \
                done (pg_locks tells which it is) (55P03)"
            .to_owned();
    }
    error
        .as_db_error()
        .map_or_else(|| error.to_string(), |error| format!("{} ({})", error.message(), error.code().code()))
}

/// What the session says about itself.
#[derive(Debug, Clone)]
pub struct Session {
    /// `server_version_num`.
    pub version: u32,
    /// The current role.
    pub role: String,
}

/// Reads the schema of the database that `client` is connected to, in one read-only transaction.
///
/// # Errors
/// When a query fails, among others because a lock was held for longer than five seconds (SQLSTATE 55P03).
pub async fn introspect(client: &Client) -> Result<Schema, Error> {
    read(client).await.map(|(schema, _)| schema)
}

/// As [`introspect`], with what the session says about itself.
///
/// # Errors
/// As [`introspect`].
pub async fn read(client: &Client) -> Result<(Schema, Session), Error> {
    read_placed(client).await.map(|(schema, about, _)| (schema, about))
}

/// As [`read`], with the places at which the catalog keeps the objects.
///
/// # Errors
/// As [`introspect`].
pub async fn read_placed(client: &Client) -> Result<(Schema, Session, Placed), Error> {
    read_with(client, LOCK_TIMEOUT, None).await
}

/// As [`read`]; a large schema is read over a second session as well.
///
/// # Errors
/// As [`introspect`].
pub(crate) async fn read_with_second(
    client: &Client,
    second: Option<Second<'_>>,
) -> Result<(Schema, Session), Error> {
    read_with(client, LOCK_TIMEOUT, second).await.map(|(schema, about, _)| (schema, about))
}

/// As [`read`], on a session that cannot write. A large schema is read over a second one as well.
///
/// # Errors
/// As [`introspect`].
pub async fn of(session: &ReadOnly) -> Result<(Schema, Session), Error> {
    of_waiting(session, LOCK_TIMEOUT).await
}

/// As [`of`], waiting for a lock no longer than this.
///
/// # Errors
/// As [`introspect`]; [`Error::is_locked`] tells when a lock was the reason.
pub async fn of_waiting(session: &ReadOnly, longest: Duration) -> Result<(Schema, Session), Error> {
    // A transaction of its own, read-only by itself, also where a pooler takes no settings for the session.
    let read = read_with(session.client(), longest, session.second()).await;
    read.map(|(schema, about, _)| (schema, about))
}

/// The statements that begin the transaction in which a schema is read.
fn beginning(longest: Duration, snapshot: &str) -> String {
    format!(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {snapshot}SET LOCAL lock_timeout = {}; {SETTINGS}",
        longest.as_millis()
    )
}

async fn read_with(
    client: &Client,
    longest: Duration,
    second: Option<Second<'_>>,
) -> Result<(Schema, Session, Placed), Error> {
    let collected = Mutex::new(Collected::default());
    let (tell, told) = oneshot::channel();
    let (first, beside) =
        tokio::join!(read_first(client, longest, second.is_some().then_some(tell), &collected), async {
            // Nothing is told when there is nothing to share.
            let (Some(second), Ok(Shared { snapshot, major, left })) = (second, told.await) else {
                return None;
            };
            let questions = Questions::always(major);
            let answered = beside::answer(second, &snapshot, longest, &questions, &left, &collected).await;
            Some((questions, answered))
        });
    let session = match first {
        Ok(session) => session,
        Err(error) => {
            // The first error tells more than one of ending the transaction could.
            let _ = client.batch_execute("ROLLBACK").await;
            return Err(error);
        }
    };
    let is_shared = beside.is_some();
    if let Some((questions, answered)) = beside {
        let done = match answered {
            Ok(()) => Ok(()),
            // What one session is refused, a lock that somebody holds, say, the other would be refused as well.
            Err(beside::Error::Asking(error)) => Err(error),
            Err(error) => {
                tracing::debug!(%error, "the schema is read over one session");
                answer(client, &questions, &Left::default(), &collected).await
            }
        };
        if let Err(error) = done {
            let _ = client.batch_execute("ROLLBACK").await;
            return Err(error);
        }
    }
    let mut collected = collected.into_inner().unwrap_or_else(PoisonError::into_inner);
    // Not before: the other session needed the snapshot. Nobody waits for it to end.
    let ending = async { if is_shared { client.batch_execute("COMMIT").await } else { Ok(()) } };
    let (ended, read) = tokio::join!(ending, async {
        ask_definitions(client, longest, &mut collected).await?;
        collected.schema(session.version)
    });
    ended?;
    let (schema, placed) = read?;
    Ok((schema, session, placed))
}

/// What a second session has to know.
struct Shared {
    /// Under which name it sees what the first one sees.
    snapshot: String,
    /// The server's major version.
    major: u32,
    /// What is left to whichever session is done earlier.
    left: Arc<Left>,
}

/// Begins the transaction and asks: all, and then the transaction is ended; or the first share, when the other one is told
/// that it can take its own.
async fn read_first(
    client: &Client,
    longest: Duration,
    tell: Option<oneshot::Sender<Shared>>,
    collected: &Mutex<Collected>,
) -> Result<Session, Error> {
    let (open, about) = (beginning(longest, ""), About::question(tell.is_some()));
    let present = Questions::presence();
    // Sent together, as everything that can be: a schema is read in two round trips, whatever its size.
    let (about, present) = tokio::join!(
        async {
            let (begun, about) = tokio::join!(client.batch_execute(&open), client.query_typed(&about, &[]));
            begun?;
            let About { session, snapshot } = About::of(&about?)?;
            let major = session.version / 10_000;
            let shared = snapshot.zip(tell).and_then(|(snapshot, tell)| {
                let left = Arc::new(Questions::left(major));
                tell.send(Shared { snapshot, major, left: left.clone() }).ok()?;
                Some(left)
            });
            Ok::<_, Error>((session, shared))
        },
        client.query_typed(&present, &[])
    );
    let (session, shared) = about?;
    let present = present?;
    let present = present.first().ok_or(Error::Row { kind: "session", message: "no row".to_owned() })?;
    let questions =
        Questions::new(session.version / 10_000, present.try_get(0)?, &present.try_get::<_, Vec<bool>>(1)?);
    let asked = questions.into_asked(shared.is_none());
    if let Some(left) = shared {
        answer(client, &asked, &left, collected).await?;
    } else {
        // The end is sent with the questions.
        let nothing = Left::default();
        let (answered, ended) =
            tokio::join!(answer(client, &asked, &nothing, collected), client.batch_execute("COMMIT"));
        answered?;
        ended?;
    }
    Ok(session)
}

/// What has to be known before the first question.
struct About {
    session: Session,
    /// Under which name another session sees the same, when the schema is so large that it is worth one.
    snapshot: Option<String>,
}

impl About {
    /// One `pg_class` page describes about forty relations. The embedded engine serves one session at a time.
    fn question(shareable: bool) -> String {
        format!(
            "SELECT current_setting('server_version_num')::int, current_setting('server_version'), current_user::text, \
             CASE WHEN {shareable} AND pg_relation_size('pg_class') >= 512 * 1024 AND version() !~* 'emscripten|wasm' \
             THEN pg_export_snapshot() END"
        )
    }

    fn of(rows: &[Row]) -> Result<Self, Error> {
        let row = rows.first().ok_or(Error::Row { kind: "session", message: "no row".to_owned() })?;
        let version = u32::try_from(row.try_get::<_, i32>(0)?).unwrap_or_default();
        if version < 140_000 {
            return Err(Error::TooOld(row.try_get(1)?));
        }
        Ok(Self { session: Session { version, role: row.try_get(2)? }, snapshot: row.try_get(3)? })
    }
}

/// Asks for what could not be written without PostgreSQL, which tells a definition as it is now in any transaction.
async fn ask_definitions(client: &Client, longest: Duration, collected: &mut Collected) -> Result<(), Error> {
    let (indexes, constraints) = collected.to_ask();
    if indexes.is_empty() && constraints.is_empty() {
        return Ok(());
    }
    let open = beginning(longest, "");
    let lists: [(&(dyn ToSql + Sync), Type); 2] =
        [(&indexes, Type::OID_ARRAY), (&constraints, Type::OID_ARRAY)];
    let (begun, told, ended) = tokio::join!(
        client.batch_execute(&open),
        client.query_typed(queries::DEFINITIONS, &lists),
        client.batch_execute("COMMIT")
    );
    begun?;
    let told = told?;
    ended?;
    collected.told(&told)
}

/// Asks everything at once, the requests written before the first answer is read, and takes each answer when it is there. When
/// this comes to its end, what is left is asked as well, in time for the server not to wait for it.
async fn answer(
    client: &Client,
    questions: &[(Question, String)],
    left: &Left,
    collected: &Mutex<Collected>,
) -> Result<(), Error> {
    let mut answers = FuturesOrdered::new();
    for question in questions {
        answers.push_back(asked(client, question).await);
    }
    loop {
        while answers.len() < 2
            && let Some(question) = left.take()
        {
            answers.push_back(asked(client, question).await);
        }
        let Some(answer) = answers.next().await else { return Ok(()) };
        let (question, rows) = answer?;
        let mut rows = pin!(rows.ready_chunks(ROWS));
        while let Some(part) = rows.next().await {
            let part = part.into_iter().collect::<Result<Vec<Row>, _>>()?;
            collected.lock().unwrap_or_else(PoisonError::into_inner).take(question, part, false)?;
        }
        collected.lock().unwrap_or_else(PoisonError::into_inner).take(question, vec![], true)?;
    }
}

/// Sends a question; its answer is what is given back.
async fn asked<'q>(
    client: &'q Client,
    (question, text): &'q (Question, String),
) -> impl Future<Output = Result<(Question, RowStream), Error>> + 'q {
    let mut answer = Box::pin(maybe_done(client.query_typed_raw(text, std::iter::empty::<(i32, Type)>())));
    // It is sent when it is looked at first.
    let _ = futures_util::poll!(answer.as_mut());
    async move {
        answer.as_mut().await;
        let rows = answer
            .as_mut()
            .take_output()
            .ok_or(Error::Row { kind: "session", message: "an answer was taken twice".to_owned() })?;
        Ok((*question, rows?))
    }
}
