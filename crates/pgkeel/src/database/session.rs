//! An open session: the driver's client, the tap on its wire, and a way to cancel what it is doing.

use super::connect::open::{Encryption, wire};
use super::error::Cause;
use super::socket::Endpoint;
use super::tap::{Tap, Tapped};
use super::tls::Tls;
use crate::answer::column;
use pgkeel_core::url::{Connection, SessionAttrs};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinHandle;
use tokio_postgres::{Client, SimpleQueryMessage};

/// Parameters that the server reports by itself and that pgkeel reads.
const REPORTED: [&str; 7] = [
    "server_version",
    "in_hot_standby",
    "default_transaction_read_only",
    "is_superuser",
    "standard_conforming_strings",
    "crdb_version",
    "mz_version",
];

/// How long a cancel request may take.
const CANCEL_LIMIT: Duration = Duration::from_secs(10);

/// A session on a server. Dropping it ends the connection.
pub struct Session {
    client: Client,
    opened: Opened,
    reported: BTreeMap<&'static str, String>,
    task: JoinHandle<()>,
}

/// How a session came about.
pub(super) struct Opened {
    pub tap: Tap,
    pub place: String,
    pub endpoint: Endpoint,
    pub connection: Connection,
    pub host: Option<String>,
    pub tls: Option<Tls>,
    pub tls_version: Option<&'static str>,
    pub settings_accepted: bool,
}

impl Session {
    pub(super) fn new(
        client: Client,
        connection: tokio_postgres::Connection<Tapped, Tapped>,
        opened: Opened,
    ) -> Self {
        let reported =
            REPORTED.into_iter().filter_map(|name| Some((name, connection.parameter(name)?.to_owned())));
        let reported = reported.collect();
        let task = tokio::spawn(async move {
            if let Err(error) = connection.await {
                // Whoever waits for an answer gets this error from the client.
                tracing::debug!(%error, "the connection ended");
            }
        });
        Self { client, opened, reported, task }
    }

    /// The driver's client.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The driver's client, for a transaction.
    pub fn client_mut(&mut self) -> &mut Client {
        &mut self.client
    }

    /// What passed on the wire.
    pub fn tap(&self) -> &Tap {
        &self.opened.tap
    }

    /// The host as written and the address that answered.
    pub fn place(&self) -> &str {
        &self.opened.place
    }

    /// The role that logged in.
    pub fn user(&self) -> &str {
        &self.opened.connection.user
    }

    /// The database.
    pub fn database(&self) -> &str {
        &self.opened.connection.dbname
    }

    /// The version of TLS, when the connection is encrypted.
    pub fn tls_version(&self) -> Option<&'static str> {
        self.opened.tls_version
    }

    /// Whether the server took the settings of [`super::ConnectOptions`]. When it did not, it is a pooler, and
    /// setting them by `SET` would leak them into the sessions of others.
    pub fn settings_accepted(&self) -> bool {
        self.opened.settings_accepted
    }

    /// A parameter that the server reported at start-up: `server_version`, `in_hot_standby`,
    /// `default_transaction_read_only`, `is_superuser`, `standard_conforming_strings`, `crdb_version`, `mz_version`.
    pub fn reported(&self, name: &str) -> Option<&str> {
        self.reported.get(name).map(String::as_str)
    }

    /// The server's major version, as it said at start-up.
    pub fn major(&self) -> Option<u32> {
        self.reported("server_version")?.split(['.', ' ']).next()?.parse().ok()
    }

    /// Whether the connection has ended.
    pub fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Ends the connection and waits until the server has been told.
    pub async fn close(self) {
        drop(self.client);
        // An error here means that the connection had ended already.
        let _ = self.task.await;
    }

    /// A handle that cancels, from anywhere, what this session is doing.
    pub fn canceller(&self) -> Canceller {
        Canceller {
            tap: self.opened.tap.clone(),
            endpoint: self.opened.endpoint.clone(),
            connection: self.opened.connection.clone(),
            host: self.opened.host.clone(),
            tls: self.opened.tls.clone(),
        }
    }

    pub(super) async fn is_kind(&self, wanted: SessionAttrs) -> Result<bool, Cause> {
        Ok(match wanted {
            SessionAttrs::Any => true,
            SessionAttrs::ReadWrite => !self.is_read_only().await?,
            SessionAttrs::ReadOnly => self.is_read_only().await?,
            SessionAttrs::Primary => !self.is_standby().await?,
            SessionAttrs::Standby | SessionAttrs::PreferStandby => self.is_standby().await?,
        })
    }

    async fn is_read_only(&self) -> Result<bool, Cause> {
        Ok(self.flag("default_transaction_read_only", "SHOW transaction_read_only").await?
            || self.is_standby().await?)
    }

    async fn is_standby(&self) -> Result<bool, Cause> {
        self.flag("in_hot_standby", "SELECT pg_catalog.pg_is_in_recovery()").await
    }

    /// A reported flag; poolers do not pass all of them on, so the server is asked when it is absent.
    async fn flag(&self, reported: &str, query: &str) -> Result<bool, Cause> {
        if let Some(value) = self.reported(reported) {
            return Ok(value == "on");
        }
        let answer = self.client.simple_query(query).await;
        let rows =
            answer.map_err(|error| Cause::Socket(std::io::ErrorKind::Other, super::error::chain(&error)))?;
        Ok(rows.iter().any(|row| match row {
            SimpleQueryMessage::Row(row) => matches!(column(row, 0), Some("on" | "t")),
            _ => false,
        }))
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("place", &self.opened.place).finish_non_exhaustive()
    }
}

/// Cancels what a session is doing, through a second connection to the same server, encrypted as the first.
#[derive(Clone)]
pub struct Canceller {
    tap: Tap,
    endpoint: Endpoint,
    connection: Connection,
    host: Option<String>,
    tls: Option<Tls>,
}

impl Canceller {
    /// Asks the server to cancel, and returns when it has taken the request: a statement that starts later is safe.
    ///
    /// # Errors
    /// Why the server could not be reached. Cancelling nothing is no error.
    pub async fn cancel(&self) -> Result<(), Cause> {
        let limited = tokio::time::timeout(CANCEL_LIMIT, self.send()).await;
        limited.unwrap_or(Err(Cause::Timeout(CANCEL_LIMIT)))
    }

    async fn send(&self) -> Result<(), Cause> {
        let Some(request) = self.tap.cancel_request() else { return Ok(()) };
        let encryption = if self.tls.is_some() { Encryption::Demanded } else { Encryption::None };
        let mut wire =
            wire(&self.endpoint, &self.connection, self.tls.as_ref(), encryption, self.host.as_deref())
                .await?;
        let sent = async {
            wire.write_all(&request).await?;
            wire.flush().await
        };
        sent.await.map_err(|error| Cause::Socket(error.kind(), error.to_string()))?;
        // The server answers by closing. How it closes does not matter.
        let _ = wire.read_to_end(&mut Vec::new()).await;
        Ok(())
    }
}
