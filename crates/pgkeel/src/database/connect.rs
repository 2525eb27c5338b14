//! From a target to a session: every host and address in turn, encryption as `sslmode` says, the right kind of
//! server, and patience with a database that is waking up.
//!
//! PostgreSQL documentation, section 34.1.1.3 "Specifying Multiple Hosts".

pub(super) mod open;

use super::error::{Cause, Error, Failure};
use super::socket::{Endpoint, endpoints, uses_tcp};
use super::tls::Tls;
use super::{ConnectOptions, Session, Target};
use open::{Attempt, Encryption};
use pgkeel_core::url::{Connection, Host, Passfile, SessionAttrs, SslMode};
use std::time::{Duration, Instant};

/// The longest pause between two rounds over the hosts.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// The shortest time that one attempt gets, however little is left of the wait.
const SHORTEST_ATTEMPT: Duration = Duration::from_millis(500);

/// Opens a session.
///
/// # Errors
/// [`Error::Connect`] with what each host said; [`Error::Tls`] when a file that TLS needs is missing or wrong;
/// [`Error::Embedded`] for an embedded target, which its provider must start first.
pub async fn connect(target: &Target, options: &ConnectOptions) -> Result<Session, Error> {
    let Some(connection) = &target.connection else {
        return Err(Error::Embedded(
            "the embedded engine must be started before a session can be opened".to_owned(),
        ));
    };
    let (passfile, ignored) = target.passfile();
    // As in libpq, the files of TLS do not matter to a Unix socket.
    let tcp = connection.hosts.iter().any(|host| uses_tcp(&host.place, host.port));
    let tls = if tcp { Tls::new(&connection.ssl, &target.files)? } else { None };
    let started = Instant::now();
    let until = options.wait.map(|wait| started + wait);
    let dialer = Dialer { connection, options, tls, passfile, until };
    let mut pause = Duration::from_millis(100);
    loop {
        let failures = match dialer.round().await {
            Ok(session) => return Ok(session),
            Err(failures) => failures,
        };
        let temporary = failures.iter().any(|failure| failure.cause.is_temporary());
        let left = options.wait.and_then(|wait| wait.checked_sub(started.elapsed()));
        let Some(left) = left.filter(|_| temporary) else {
            return Err(Error::Connect {
                target: target.masked(),
                failures,
                waited: options.wait.filter(|_| temporary),
                passfile: ignored,
            });
        };
        tracing::info!(target = %target.masked(), "waiting for the database");
        // Fifty instances that start together must not knock together.
        tokio::time::sleep(pause.mul_f64(0.5 + fastrand::f64() / 2.0).min(left)).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

struct Dialer<'a> {
    connection: &'a Connection,
    options: &'a ConnectOptions,
    tls: Option<Tls>,
    passfile: Passfile,
    /// When waiting is over.
    until: Option<Instant>,
}

impl Dialer<'_> {
    /// How long one attempt may take: nobody waits longer than was asked for, and of several hosts each has its share.
    fn limit(&self) -> Duration {
        let own = self.connection.connect_timeout.unwrap_or(self.options.timeout);
        let Some(until) = self.until else { return own };
        let hosts = u32::try_from(self.connection.hosts.len()).unwrap_or(u32::MAX).max(1);
        let share = until.saturating_duration_since(Instant::now()) / hosts;
        own.min(share.max(SHORTEST_ATTEMPT))
    }

    /// Tries every host once; for `prefer-standby` a second time with less demand.
    async fn round(&self) -> Result<Session, Vec<Failure>> {
        if self.connection.target != SessionAttrs::PreferStandby {
            return self.hosts(self.connection.target).await;
        }
        match self.hosts(SessionAttrs::Standby).await {
            Ok(session) => Ok(session),
            Err(_) => self.hosts(SessionAttrs::Any).await,
        }
    }

    async fn hosts(&self, wanted: SessionAttrs) -> Result<Session, Vec<Failure>> {
        let mut hosts: Vec<&Host> = self.connection.hosts.iter().collect();
        if self.connection.shuffle {
            fastrand::shuffle(&mut hosts);
        }
        let mut failures = Vec::new();
        for host in hosts {
            let mut found = match endpoints(&host.place, host.port).await {
                Ok(found) => found,
                Err(error) => {
                    let place = host.name.clone().unwrap_or_else(|| "localhost".to_owned());
                    failures.push(Failure { place, cause: Cause::Lookup(error.to_string()) });
                    continue;
                }
            };
            if self.connection.shuffle {
                fastrand::shuffle(&mut found);
            }
            for endpoint in found {
                let mut new = match self.endpoint(host, &endpoint, wanted).await {
                    Ok(session) => return Ok(session),
                    Err(new) => new,
                };
                failures.append(&mut new);
                // A server that answered "no" has answered for all of them, as in libpq.
                let last = failures.last().map(|failure| &failure.cause);
                if last.is_some_and(|cause| matches!(cause, Cause::Server(_)) && !cause.is_temporary()) {
                    return Err(failures);
                }
            }
        }
        Err(failures)
    }

    /// Tries one address, with and without TLS as `sslmode` allows.
    async fn endpoint(
        &self,
        host: &Host,
        endpoint: &Endpoint,
        wanted: SessionAttrs,
    ) -> Result<Session, Vec<Failure>> {
        let plans: &[Encryption] = match self.connection.ssl.mode {
            _ if !endpoint.is_tcp() => &[Encryption::None],
            SslMode::Disable => &[Encryption::None],
            SslMode::Allow => &[Encryption::None, Encryption::Demanded],
            SslMode::Prefer => &[Encryption::Wished, Encryption::None],
            SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => &[Encryption::Demanded],
        };
        let mut failures = Vec::new();
        for encryption in plans {
            let attempt = Attempt {
                connection: self.connection,
                options: self.options,
                tls: self.tls.as_ref().filter(|_| *encryption != Encryption::None),
                host,
                endpoint,
                encryption: *encryption,
                password: self.password(host),
                limit: self.limit(),
            };
            let cause = match attempt.open(wanted).await {
                Ok(session) => return Ok(session),
                Err(cause) => cause,
            };
            let again = another_encryption_may_help(&cause);
            failures.push(Failure { place: attempt.place(), cause });
            if !again {
                break;
            }
        }
        Err(failures)
    }

    fn password(&self, host: &Host) -> Option<&str> {
        let Connection { password, dbname, user, .. } = self.connection;
        let kept = || self.passfile.find(host.passfile_key(), host.port, dbname, user);
        password.as_ref().or_else(kept).map(|password| password.0.as_str())
    }
}

/// libpq tries the other encryption after a failed handshake, and after a refusal while it authenticates
/// (`pg_hba.conf` has lines for one of the two only).
fn another_encryption_may_help(cause: &Cause) -> bool {
    match cause {
        Cause::Tls(_) => true,
        Cause::Server(error) => error.code.starts_with("28"),
        _ => false,
    }
}
