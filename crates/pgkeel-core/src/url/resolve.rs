//! From options to a connection: defaults, lists, numbers, and options that contradict each other.

use super::connection::{
    CertMode, ChannelBinding, Connection, Host, Keepalives, Place, SessionAttrs, Ssl, SslMode, SslRoots,
    TlsVersion,
};
use super::{KEYWORDS, Options, Secret, UrlError};
use std::net::IpAddr;
use std::time::Duration;

/// What libpq would ask the system for.
#[derive(Debug, Clone, Default)]
pub struct Defaults {
    /// The operating system's name of the user: the default role.
    pub os_user: Option<String>,
}

impl Options {
    /// The options that environment variables give (`PGHOST`, `PGSSLMODE`, ...).
    ///
    /// # Errors
    /// A variable whose option pgkeel will not pretend to honour.
    pub fn from_environment(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, UrlError> {
        let mut options = Self::default();
        for keyword in KEYWORDS {
            let value = keyword.env.and_then(&lookup).filter(|value| !value.is_empty());
            if let Some(value) = value {
                options.set(keyword.name, value)?;
            }
        }
        Ok(options)
    }

    /// Checks every value and fills in the defaults.
    ///
    /// # Errors
    /// A value that its option cannot have, lists of different length, options that contradict each other.
    pub fn resolve(&self, defaults: &Defaults) -> Result<Connection, UrlError> {
        let user =
            self.given("user").map(str::to_owned).or_else(|| defaults.os_user.clone()).ok_or_else(|| {
                UrlError::Conflict("no user was given, and the operating system does not tell one".to_owned())
            })?;
        self.word("gssencmode", &[("disable", ()), ("prefer", ())])?;
        Ok(Connection {
            hosts: self.hosts()?,
            shuffle: self
                .word("load_balance_hosts", &[("disable", false), ("random", true)])?
                .unwrap_or(false),
            password: self.given("password").map(|password| Secret(password.to_owned())),
            passfile: self.text("passfile"),
            dbname: self.text("dbname").unwrap_or_else(|| user.clone()),
            user,
            // Here an empty value is a value: it keeps the fallback away.
            application_name: self
                .get("application_name")
                .or_else(|| self.given("fallback_application_name"))
                .map(str::to_owned),
            options: self.text("options"),
            connect_timeout: self.number::<i32>("connect_timeout")?.and_then(seconds),
            keepalives: self.keepalives()?,
            tcp_user_timeout: self.number("tcp_user_timeout")?.filter(|n| *n > 0).map(Duration::from_millis),
            ssl: self.ssl()?,
            channel_binding: self
                .word(
                    "channel_binding",
                    &[
                        ("disable", ChannelBinding::Disable),
                        ("prefer", ChannelBinding::Prefer),
                        ("require", ChannelBinding::Require),
                    ],
                )?
                .unwrap_or(ChannelBinding::Prefer),
            target: self
                .word(
                    "target_session_attrs",
                    &[
                        ("any", SessionAttrs::Any),
                        ("read-write", SessionAttrs::ReadWrite),
                        ("read-only", SessionAttrs::ReadOnly),
                        ("primary", SessionAttrs::Primary),
                        ("standby", SessionAttrs::Standby),
                        ("prefer-standby", SessionAttrs::PreferStandby),
                    ],
                )?
                .unwrap_or(SessionAttrs::Any),
        })
    }

    fn hosts(&self) -> Result<Vec<Host>, UrlError> {
        let names: Vec<&str> = self.list("host");
        let addresses: Vec<&str> = self.list("hostaddr");
        let ports: Vec<&str> = self.list("port");
        let count = names.len().max(addresses.len()).max(1);
        if !names.is_empty() && !addresses.is_empty() && names.len() != addresses.len() {
            return Err(UrlError::Conflict(format!(
                "{} hosts were given and {} hostaddr addresses; give one for each",
                names.len(),
                addresses.len()
            )));
        }
        if ports.len() > 1 && ports.len() != count {
            return Err(UrlError::Conflict(format!(
                "{} ports were given for {count} hosts; give one port, or one for each host",
                ports.len()
            )));
        }
        (0..count)
            .map(|index| {
                let name = names.get(index).copied().unwrap_or_default();
                let address = addresses.get(index).copied().unwrap_or_default();
                let port = ports.get(index).or(ports.first()).copied().unwrap_or_default();
                Ok(Host {
                    name: [name, address].into_iter().find(|text| !text.is_empty()).map(str::to_owned),
                    place: place(name, address)?,
                    port: port_number(port)?,
                })
            })
            .collect()
    }

    fn keepalives(&self) -> Result<Option<Keepalives>, UrlError> {
        let settings = Keepalives {
            idle: self.number::<i32>("keepalives_idle")?.and_then(seconds),
            interval: self.number::<i32>("keepalives_interval")?.and_then(seconds),
            count: self.number::<u32>("keepalives_count")?.filter(|n| *n > 0),
        };
        Ok((self.number::<i32>("keepalives")?.unwrap_or(1) != 0).then_some(settings))
    }

    fn ssl(&self) -> Result<Ssl, UrlError> {
        let roots = match self.given("sslrootcert") {
            None => SslRoots::Default,
            Some("system") => SslRoots::System,
            Some(file) => SslRoots::File(file.to_owned()),
        };
        let modes = [
            ("disable", SslMode::Disable),
            ("allow", SslMode::Allow),
            ("prefer", SslMode::Prefer),
            ("require", SslMode::Require),
            ("verify-ca", SslMode::VerifyCa),
            ("verify-full", SslMode::VerifyFull),
        ];
        let default = if roots == SslRoots::System { SslMode::VerifyFull } else { SslMode::Prefer };
        let mode = self.word("sslmode", &modes)?.unwrap_or(default);
        if roots == SslRoots::System && mode != SslMode::VerifyFull {
            return Err(UrlError::Conflict(
                "sslrootcert=system trusts every public authority, so it needs sslmode=verify-full"
                    .to_owned(),
            ));
        }
        let direct = self.word("sslnegotiation", &[("postgres", false), ("direct", true)])?.unwrap_or(false);
        if direct && mode < SslMode::Require {
            return Err(UrlError::Conflict(
                "sslnegotiation=direct needs sslmode=require or a stricter one".to_owned(),
            ));
        }
        let cert_modes =
            [("disable", CertMode::Disable), ("allow", CertMode::Allow), ("require", CertMode::Require)];
        let (min, max) =
            (self.tls_version("ssl_min_protocol_version")?, self.tls_version("ssl_max_protocol_version")?);
        let (min, max) = (min.unwrap_or(TlsVersion::V12), max.unwrap_or(TlsVersion::V13));
        if min > max {
            return Err(UrlError::Conflict(
                "ssl_min_protocol_version is newer than ssl_max_protocol_version".to_owned(),
            ));
        }
        Ok(Ssl {
            mode,
            direct,
            roots,
            crl: self.text("sslcrl"),
            cert: self.text("sslcert"),
            key: self.text("sslkey"),
            cert_mode: self.word("sslcertmode", &cert_modes)?.unwrap_or(CertMode::Allow),
            sni: self.word("sslsni", &[("0", false), ("1", true)])?.unwrap_or(true),
            min,
            max,
        })
    }

    fn tls_version(&self, name: &'static str) -> Result<Option<TlsVersion>, UrlError> {
        self.word(name, &[("TLSv1.2", TlsVersion::V12), ("TLSv1.3", TlsVersion::V13)])
    }

    /// libpq takes an empty value for none.
    fn given(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    fn text(&self, name: &str) -> Option<String> {
        self.given(name).map(str::to_owned)
    }

    fn list(&self, name: &str) -> Vec<&str> {
        self.given(name).map(|value| value.split(',').map(str::trim).collect()).unwrap_or_default()
    }

    fn number<T: std::str::FromStr>(&self, name: &'static str) -> Result<Option<T>, UrlError> {
        self.given(name)
            .map(|value| value.trim().parse().map_err(|_| invalid(name, value, "a whole number".to_owned())))
            .transpose()
    }

    fn word<T: Copy>(&self, name: &'static str, words: &[(&str, T)]) -> Result<Option<T>, UrlError> {
        let Some(value) = self.given(name) else { return Ok(None) };
        let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(value));
        found.map(|(_, meaning)| Some(*meaning)).ok_or_else(|| {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let hint = match (name, value) {
                ("sslmode", "no-verify") => " (node-postgres's no-verify is libpq's require)",
                ("gssencmode", "require") => "; pgkeel does not speak GSSAPI, use sslmode",
                ("ssl_min_protocol_version" | "ssl_max_protocol_version", _) => "; older ones are not secure",
                _ => "",
            };
            invalid(name, value, format!("{}{hint}", known.join(", ")))
        })
    }
}

/// libpq takes zero and negative numbers of seconds for "the default".
fn seconds(number: i32) -> Option<Duration> {
    u64::try_from(number).ok().filter(|n| *n > 0).map(Duration::from_secs)
}

fn place(name: &str, address: &str) -> Result<Place, UrlError> {
    if !address.is_empty() {
        let parsed = address.parse::<IpAddr>();
        return parsed
            .map(Place::Address)
            .map_err(|_| invalid("hostaddr", address, "an IPv4 or IPv6 address".to_owned()));
    }
    Ok(match name.strip_prefix('@') {
        Some(socket) => Place::Abstract(socket.to_owned()),
        None if name.is_empty() => Place::Default,
        None if name.starts_with('/') => Place::Directory(name.to_owned()),
        None => Place::Name(name.to_owned()),
    })
}

fn port_number(port: &str) -> Result<u16, UrlError> {
    if port.is_empty() {
        return Ok(5432);
    }
    let number = port.parse().ok().filter(|n| *n > 0);
    number.ok_or_else(|| invalid("port", port, "a number from 1 to 65535".to_owned()))
}

/// The value is shown: no option that is checked here is secret.
fn invalid(name: &'static str, value: &str, expected: String) -> UrlError {
    UrlError::Value { name, value: value.to_owned(), expected }
}
