//! One attempt at one address: socket, encryption, start-up, and a look at what kind of server answered.

use super::super::ConnectOptions;
use super::super::error::{Cause, ServerError, chain};
use super::super::session::{Opened, Session};
use super::super::socket::{Endpoint, Wire, dial};
use super::super::tap::{AsIs, Tap, Tapped};
use super::super::tls::Tls;
use pgkeel_core::url::{ChannelBinding, Connection, Host, SessionAttrs};
use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_postgres::config::{Config, SslMode, SslNegotiation};

/// The message that asks for TLS.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// Whether to encrypt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Encryption {
    None,
    /// When the server has it.
    Wished,
    /// Or not at all.
    Demanded,
}

pub(super) struct Attempt<'a> {
    pub connection: &'a Connection,
    pub options: &'a ConnectOptions,
    pub tls: Option<&'a Tls>,
    pub host: &'a Host,
    pub endpoint: &'a Endpoint,
    pub encryption: Encryption,
    pub password: Option<&'a str>,
    /// How long it may take.
    pub limit: Duration,
}

impl Attempt<'_> {
    /// For messages: the host as written, and where that is.
    pub(super) fn place(&self) -> String {
        let address = self.endpoint.describe();
        match &self.host.name {
            Some(name) if self.endpoint.is_tcp() && !address.contains(name.as_str()) => {
                format!("{name}:{} ({address})", self.host.port)
            }
            _ => address,
        }
    }

    pub(super) async fn open(&self, wanted: SessionAttrs) -> Result<Session, Cause> {
        let limit = self.limit;
        // What we set ourselves would answer for the server: it is asked in a session of its own.
        let of_its_own = matches!(wanted, SessionAttrs::ReadWrite | SessionAttrs::ReadOnly)
            && self.options.settings.iter().any(|(name, _)| name == "default_transaction_read_only");
        if of_its_own {
            let session = self.limited(limit, false).await?;
            let fits = session.is_kind(wanted).await;
            session.close().await;
            if !fits? {
                return Err(Cause::WrongKind(kind(wanted)));
            }
        }
        let wanted = if of_its_own { SessionAttrs::Any } else { wanted };
        let session = match self.limited(limit, true).await {
            // A pooler that does not know our settings: pgbouncer's "unsupported startup parameter", RDS Proxy's
            // "command-line options". The settings are left out rather than SET, because there they would leak
            // into the sessions of others.
            Err(Cause::Server(error)) if !self.options.settings.is_empty() && refuses_options(&error) => {
                self.limited(limit, false).await?
            }
            other => other?,
        };
        if session.is_kind(wanted).await? { Ok(session) } else { Err(Cause::WrongKind(kind(wanted))) }
    }

    async fn limited(&self, limit: Duration, with_settings: bool) -> Result<Session, Cause> {
        tokio::time::timeout(limit, self.start(with_settings)).await.unwrap_or(Err(Cause::Timeout(limit)))
    }

    async fn start(&self, with_settings: bool) -> Result<Session, Cause> {
        let host = self.host.name.as_deref();
        let wire = wire(self.endpoint, self.connection, self.tls, self.encryption, host).await?;
        let tls_version = wire.tls_version();
        let tap = Tap::new();
        let config = self.config(with_settings);
        let (client, connection) =
            config.connect_raw(Tapped::new(wire, tap.clone()), AsIs).await.map_err(|error| cause(&error))?;
        Ok(Session::new(
            client,
            connection,
            Opened {
                tap,
                place: self.place(),
                endpoint: self.endpoint.clone(),
                connection: self.connection.clone(),
                host: host.map(str::to_owned),
                tls: self.tls.filter(|_| tls_version.is_some()).cloned(),
                tls_version,
                settings_accepted: with_settings || self.options.settings.is_empty(),
            },
        ))
    }

    fn config(&self, with_settings: bool) -> Config {
        let mut config = Config::new();
        config
            .user(&self.connection.user)
            .dbname(&self.connection.dbname)
            .application_name(
                self.connection.application_name.as_deref().unwrap_or(&self.options.application_name),
            )
            // Encryption is settled already; see `AsIs`.
            .ssl_mode(SslMode::Require)
            .ssl_negotiation(SslNegotiation::Direct)
            .channel_binding(match self.connection.channel_binding {
                ChannelBinding::Disable => tokio_postgres::config::ChannelBinding::Disable,
                ChannelBinding::Prefer => tokio_postgres::config::ChannelBinding::Prefer,
                ChannelBinding::Require => tokio_postgres::config::ChannelBinding::Require,
            });
        if let Some(password) = self.password {
            config.password(password);
        }
        // What the user's own options say comes last, and wins.
        let mut words: Vec<String> = Vec::new();
        if with_settings {
            words.extend(
                self.options.settings.iter().map(|(name, value)| format!("-c {name}={}", escaped(value))),
            );
        }
        words.extend(self.connection.options.clone());
        if !words.is_empty() {
            config.options(words.join(" "));
        }
        config
    }
}

/// A value inside the server's command-line options: a backslash keeps a blank or a backslash.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace(' ', "\\ ")
}

/// Opens a socket and settles encryption.
pub(in super::super) async fn wire(
    endpoint: &Endpoint,
    connection: &Connection,
    tls: Option<&Tls>,
    encryption: Encryption,
    host: Option<&str>,
) -> Result<Wire, Cause> {
    let mut stream = match (dial(endpoint, connection).await.map_err(|error| socket(&error))?, tls) {
        (Wire::Tcp(stream), Some(_)) => stream,
        (wire, _) => return Ok(wire),
    };
    let Some(tls) = tls else { return Ok(Wire::Tcp(stream)) };
    if !connection.ssl.direct {
        stream.write_all(&SSL_REQUEST).await.map_err(|error| socket(&error))?;
        // One byte exactly: anything a stranger may have put behind it goes into the handshake, and fails there.
        let answer = stream.read_u8().await.map_err(|error| socket(&error))?;
        if answer != b'S' {
            return if encryption == Encryption::Demanded {
                Err(Cause::NoTls)
            } else {
                Ok(Wire::Tcp(stream))
            };
        }
    }
    Ok(Wire::Tls(Box::new(tls.handshake(stream, host).await?)))
}

fn socket(error: &io::Error) -> Cause {
    let text = match error.kind() {
        io::ErrorKind::UnexpectedEof => "the server closed the connection during start-up".to_owned(),
        _ => error.to_string(),
    };
    Cause::Socket(error.kind(), text)
}

fn cause(error: &tokio_postgres::Error) -> Cause {
    if let Some(error) = error.as_db_error() {
        return Cause::Server(Box::new(ServerError::from(error)));
    }
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if let Some(error) = inner.downcast_ref::<io::Error>() {
            return socket(error);
        }
        source = inner.source();
    }
    if error.is_closed() {
        return socket(&io::ErrorKind::UnexpectedEof.into());
    }
    let text = chain(error);
    // The driver has no other way to tell.
    if text.contains("password missing") { Cause::NoPassword } else { Cause::Authentication(text) }
}

fn refuses_options(error: &ServerError) -> bool {
    let message = error.message.to_lowercase();
    ["startup parameter", "start-up parameter", "command-line options", "options"]
        .iter()
        .any(|words| message.contains(words))
        && matches!(error.code.as_str(), "08P01" | "0A000" | "42501")
}

fn kind(wanted: SessionAttrs) -> &'static str {
    match wanted {
        SessionAttrs::Any => "any server",
        SessionAttrs::ReadWrite => "read-write",
        SessionAttrs::ReadOnly => "read-only",
        SessionAttrs::Primary => "a primary",
        SessionAttrs::Standby | SessionAttrs::PreferStandby => "a standby",
    }
}
