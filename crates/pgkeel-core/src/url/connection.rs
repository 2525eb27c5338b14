//! A connection's options after every source was merged and every value checked.

use super::Secret;
use std::net::IpAddr;
use std::time::Duration;

/// Everything needed to connect, typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Tried in order; never empty.
    pub hosts: Vec<Host>,
    /// Whether to try the hosts, and the addresses of each, in random order.
    pub shuffle: bool,
    /// The role.
    pub user: String,
    /// The password, when a source other than the password file gave it.
    pub password: Option<Secret>,
    /// The password file, when not the default one.
    pub passfile: Option<String>,
    /// The database.
    pub dbname: String,
    /// `application_name`, when given.
    pub application_name: Option<String>,
    /// Command-line options for the server: `-c name=value ...`.
    pub options: Option<String>,
    /// How long one host may take; `None` means that the caller decides.
    pub connect_timeout: Option<Duration>,
    /// TCP keepalives; `None` when switched off.
    pub keepalives: Option<Keepalives>,
    /// `TCP_USER_TIMEOUT`; `None` for the system's default.
    pub tcp_user_timeout: Option<Duration>,
    /// Encryption.
    pub ssl: Ssl,
    /// SCRAM channel binding.
    pub channel_binding: ChannelBinding,
    /// Which kind of server is acceptable.
    pub target: SessionAttrs,
}

/// One server to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// The name as written, for certificates, the password file and messages.
    pub name: Option<String>,
    /// Where to connect.
    pub place: Place,
    /// TCP port, or the number in the socket file's name.
    pub port: u16,
}

impl Host {
    /// The key of this host in a password file.
    pub fn passfile_key(&self) -> &str {
        self.name.as_deref().unwrap_or("localhost")
    }
}

/// Where a server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A name to resolve.
    Name(String),
    /// An address that needs no lookup (`hostaddr`).
    Address(IpAddr),
    /// A directory with a Unix socket.
    Directory(String),
    /// An abstract Unix socket (Linux), without the leading `@`.
    Abstract(String),
    /// Nothing was said: the system's socket directory, or localhost where there is none.
    Default,
}

/// TCP keepalive settings; `None` for the system's default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Keepalives {
    /// Idle time before the first probe.
    pub idle: Option<Duration>,
    /// Time between probes.
    pub interval: Option<Duration>,
    /// Probes lost before the connection counts as dead.
    pub count: Option<u32>,
}

/// How a connection is encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ssl {
    /// `sslmode`.
    pub mode: SslMode,
    /// Whether TLS starts at once (PostgreSQL 17 and later) instead of after a request.
    pub direct: bool,
    /// Which authorities are trusted.
    pub roots: SslRoots,
    /// A revocation list in PEM.
    pub crl: Option<String>,
    /// The client's certificate chain in PEM; `None` for the default file, when it exists.
    pub cert: Option<String>,
    /// The client's key in PEM; `None` for the default file, when it exists.
    pub key: Option<String>,
    /// Whether a client certificate is sent.
    pub cert_mode: CertMode,
    /// Whether the host's name is sent in the clear (SNI).
    pub sni: bool,
    /// Oldest TLS version.
    pub min: TlsVersion,
    /// Newest TLS version.
    pub max: TlsVersion,
}

/// `sslmode`, from least to most demanding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SslMode {
    /// Never TLS.
    Disable,
    /// Without TLS first, then with it.
    Allow,
    /// With TLS first, then without it.
    Prefer,
    /// Only TLS; the certificate is checked only when there is a file of authorities.
    Require,
    /// Only TLS, with a certificate of a trusted authority.
    VerifyCa,
    /// As `VerifyCa`, and the certificate is for this host.
    VerifyFull,
}

/// Which authorities are trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SslRoots {
    /// `~/.postgresql/root.crt`.
    Default,
    /// Those of the operating system.
    System,
    /// A PEM file.
    File(String),
}

/// `sslcertmode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertMode {
    /// Never send a client certificate.
    Disable,
    /// Send it when the server asks and there is one.
    Allow,
    /// There must be one.
    Require,
}

/// A version of TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsVersion {
    /// TLS 1.2.
    V12,
    /// TLS 1.3.
    V13,
}

/// `channel_binding`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelBinding {
    /// Not used.
    Disable,
    /// Used when possible.
    Prefer,
    /// Refuse a server without it.
    Require,
}

/// `target_session_attrs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionAttrs {
    /// Any server.
    Any,
    /// Sessions can write by default.
    ReadWrite,
    /// Sessions cannot write by default.
    ReadOnly,
    /// Not in recovery.
    Primary,
    /// In recovery.
    Standby,
    /// In recovery when there is such a server, else any.
    PreferStandby,
}
