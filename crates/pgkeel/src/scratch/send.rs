//! How every replay sends statements to a scratch database: which roles a server has is none of a schema's business, so
//! those that are missing are made and those that are there may be made again; and what belongs to the server, its other
//! roles and its databases, stays as it is.

use std::collections::BTreeSet;
use std::pin::pin;

use bytes::Bytes;
use futures_util::SinkExt as _;
use pgkeel_core::sql::shared::shared;
use pgkeel_core::sql::words;
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;

use super::Database;
use super::roles::{self, HAS_SHARED, Made, Verdict};

/// What attempts at the same statements have taught of the server's roles.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    /// Statements, by their place, whose role is there already.
    passed: BTreeSet<usize>,
    /// Roles that were missing, and that are made.
    pub made: BTreeSet<String>,
}

impl Attempts {
    /// Whether the statement at a place has nothing left to do.
    pub fn passes(&self, place: usize) -> bool {
        self.passed.contains(&place)
    }

    /// Whether it is worth another attempt: a role was missing for the first time, and is made now; or the role that the
    /// statement makes turned out to be there.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn learn(
        &mut self,
        database: &Database,
        statement: Option<(usize, &str)>,
        error: &Error,
    ) -> Result<bool, Error> {
        if let Some(role) = roles::missing_role(error) {
            let is_new = !self.made.contains(role);
            if is_new {
                match database.make_role(role).await {
                    // Who may not make it is told that it is missing.
                    Err(error) if error.as_db_error().is_some() => return Ok(false),
                    made => made?,
                }
                self.made.insert(role.to_owned());
            }
            return Ok(is_new);
        }
        let there = statement.filter(|(_, sql)| roles::is_there_already(sql, error));
        Ok(there.is_some_and(|(place, _)| self.passed.insert(place)))
    }
}

/// Whether a statement was refused because a role does not exist.
pub(crate) fn is_missing_role(error: &Error) -> bool {
    roles::missing_role(error).is_some()
}

/// Words with which statements begin that may call any function.
const HIDING: [&str; 10] =
    ["CALL", "DELETE", "DO", "EXECUTE", "INSERT", "MERGE", "SELECT", "UPDATE", "VALUES", "WITH"];

/// Whether a statement was refused because it ends transactions, or allows none around it (PostgreSQL documentation,
/// appendix A).
pub(crate) fn ends_transactions(error: &Error) -> bool {
    [&SqlState::ACTIVE_SQL_TRANSACTION, &SqlState::INVALID_TRANSACTION_TERMINATION]
        .into_iter()
        .any(|state| error.code() == Some(state))
}

impl Database {
    /// Whether it is on a server that stays when we go.
    pub(super) fn server_stays(&self) -> bool {
        self.drop.as_ref().is_some_and(|leftover| leftover.stays)
    }

    /// Whether a statement that somebody else sends leaves alone what belongs to a server that stays. Of a block or procedure
    /// nobody knows.
    pub(crate) fn spares_its_server(&self, sql: &str) -> bool {
        let hides = words::leading(sql, 1)
            .first()
            .is_some_and(|word| matches!(word.as_str(), "DO" | "CALL" | "EXECUTE"));
        !self.server_stays() || !hides && shared(sql).is_none()
    }

    pub(super) fn made(&self) -> Made {
        self.made.lock().map(|made| made.clone()).unwrap_or_default()
    }

    pub(super) fn keep(&self, made: Made) {
        if let Ok(mut kept) = self.made.lock() {
            *kept = made;
        }
    }

    /// Whether a statement is passed over because it changes what is the server's own.
    async fn passes_over(&self, sql: &str, made: &Made) -> Result<bool, Error> {
        match made.judge(sql, !self.server_stays()) {
            Verdict::Runs => Ok(false),
            Verdict::PassedOver => Ok(true),
            Verdict::Asks(roles) => {
                let client = self.session.client();
                client.query_typed_one(HAS_SHARED, &[(&roles, Type::TEXT_ARRAY)]).await?.try_get(0)
            }
        }
    }

    /// Which of these statements run, in one transaction one after the other.
    ///
    /// # Errors
    /// The server did not answer.
    pub(crate) async fn runs(&self, statements: &[&str]) -> Result<Vec<bool>, Error> {
        let mut made = self.made();
        let mut runs = Vec::with_capacity(statements.len());
        for sql in statements {
            let passed = self.passes_over(sql, &made).await?;
            if !passed {
                made.ran(sql);
            }
            runs.push(!passed);
        }
        Ok(runs)
    }

    /// Statements were carried out.
    pub(crate) fn ran(&self, statements: &[&str]) {
        let mut made = self.made();
        for sql in statements {
            made.ran(sql);
        }
        self.keep(made);
    }

    /// Runs one statement, with the data of a `COPY ... FROM stdin`.
    ///
    /// # Errors
    /// The server refuses it.
    pub(crate) async fn send(&self, sql: &str, data: &[impl AsRef<str>]) -> Result<(), Error> {
        if self.passes_over(sql, &self.made()).await? {
            return Ok(());
        }
        let client = self.session.client();
        if data.is_empty() {
            client.batch_execute(sql).await?;
            self.ran(&[sql]);
            return Ok(());
        }
        let mut sink = pin!(client.copy_in::<_, Bytes>(sql).await?);
        for portion in data {
            sink.send(Bytes::copy_from_slice(portion.as_ref().as_bytes())).await?;
        }
        sink.finish().await.map(|_| ())
    }

    /// Runs a statement that is in no transaction. Returns the roles that were missing and made.
    ///
    /// # Errors
    /// The server refuses it.
    pub(crate) async fn send_alone(
        &self,
        sql: &str,
        data: &[impl AsRef<str>],
    ) -> Result<BTreeSet<String>, Error> {
        let mut attempts = Attempts::default();
        while let Err(error) = self.guarded(sql, data).await {
            if !attempts.learn(self, Some((0, sql)), &error).await? {
                return Err(error);
            }
            if attempts.passes(0) {
                break;
            }
        }
        Ok(attempts.made)
    }

    /// Runs a statement that may do anything in a transaction of its own, where it can be undone; others as they are.
    async fn guarded(&self, sql: &str, data: &[impl AsRef<str>]) -> Result<(), Error> {
        let hides = words::leading(sql, 1).first().is_some_and(|word| HIDING.contains(&word.as_str()));
        if !hides || !self.server_stays() {
            return self.send(sql, data).await;
        }
        self.begin().await?;
        match self.send(sql, data).await {
            Ok(()) => self.commit().await,
            Err(error) => {
                self.roll_back().await?;
                if ends_transactions(&error) { self.send(sql, data).await } else { Err(error) }
            }
        }
    }
}
