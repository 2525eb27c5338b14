//! libpq's options, one line each: its name, its environment variable, and what pgkeel does with it.
//!
//! PostgreSQL 18 documentation, sections 34.1.2 and 34.15.

use super::UrlError;
use crate::nearest::nearest;

/// What pgkeel does with an option of libpq.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// Honoured.
    Honoured,
    /// Accepted; with the values libpq allows it cannot change what pgkeel does.
    NoEffect,
    /// Refused, because ignoring it would be a lie. Holds why and what to do instead.
    Refused(&'static str),
}

/// One option.
#[derive(Debug, Clone, Copy)]
pub struct Keyword {
    /// As in a connection string.
    pub name: &'static str,
    /// The environment variable that gives its default.
    pub env: Option<&'static str>,
    /// Whether its value must never be shown.
    pub secret: bool,
    /// What pgkeel does with it.
    pub support: Support,
}

const fn yes(name: &'static str, env: &'static str) -> Keyword {
    Keyword { name, env: Some(env), secret: false, support: Support::Honoured }
}

const fn only(name: &'static str) -> Keyword {
    Keyword { name, env: None, secret: false, support: Support::Honoured }
}

const fn none(name: &'static str, env: Option<&'static str>) -> Keyword {
    Keyword { name, env, secret: false, support: Support::NoEffect }
}

const fn no(name: &'static str, env: Option<&'static str>, why: &'static str) -> Keyword {
    Keyword { name, env, secret: false, support: Support::Refused(why) }
}

const fn secret(mut keyword: Keyword) -> Keyword {
    keyword.secret = true;
    keyword
}

/// Every option of libpq 18, sorted by name.
pub const KEYWORDS: &[Keyword] = &[
    yes("application_name", "PGAPPNAME"),
    yes("channel_binding", "PGCHANNELBINDING"),
    none("client_encoding", Some("PGCLIENTENCODING")),
    yes("connect_timeout", "PGCONNECT_TIMEOUT"),
    yes("dbname", "PGDATABASE"),
    only("fallback_application_name"),
    none("gssdelegation", Some("PGGSSDELEGATION")),
    yes("gssencmode", "PGGSSENCMODE"),
    none("gsslib", Some("PGGSSLIB")),
    yes("host", "PGHOST"),
    yes("hostaddr", "PGHOSTADDR"),
    only("keepalives"),
    only("keepalives_count"),
    only("keepalives_idle"),
    only("keepalives_interval"),
    none("krbsrvname", Some("PGKRBSRVNAME")),
    yes("load_balance_hosts", "PGLOADBALANCEHOSTS"),
    none("max_protocol_version", Some("PGMAXPROTOCOLVERSION")),
    none("min_protocol_version", Some("PGMINPROTOCOLVERSION")),
    no("oauth_client_id", None, "pgkeel does not speak OAuth; use a password or a certificate"),
    secret(no("oauth_client_secret", None, "pgkeel does not speak OAuth; use a password or a certificate")),
    no("oauth_issuer", None, "pgkeel does not speak OAuth; use a password or a certificate"),
    no("oauth_scope", None, "pgkeel does not speak OAuth; use a password or a certificate"),
    yes("options", "PGOPTIONS"),
    yes("passfile", "PGPASSFILE"),
    secret(yes("password", "PGPASSWORD")),
    yes("port", "PGPORT"),
    no("replication", None, "pgkeel does not open replication connections"),
    no(
        "require_auth",
        Some("PGREQUIREAUTH"),
        "pgkeel cannot refuse a method; use channel_binding=require or sslmode=verify-full",
    ),
    no(
        "requirepeer",
        Some("PGREQUIREPEER"),
        "pgkeel cannot check the owner of the server process; use a socket directory that only it can write",
    ),
    secret(no("scram_client_key", None, "give the password")),
    secret(no("scram_server_key", None, "give the password")),
    yes("service", "PGSERVICE"),
    yes("servicefile", "PGSERVICEFILE"),
    yes("sslcert", "PGSSLCERT"),
    yes("sslcertmode", "PGSSLCERTMODE"),
    none("sslcompression", Some("PGSSLCOMPRESSION")),
    yes("sslcrl", "PGSSLCRL"),
    no("sslcrldir", Some("PGSSLCRLDIR"), "give the list as one file with sslcrl"),
    yes("sslkey", "PGSSLKEY"),
    no("sslkeylogfile", None, "pgkeel never writes TLS keys to a file"),
    yes("sslmode", "PGSSLMODE"),
    yes("sslnegotiation", "PGSSLNEGOTIATION"),
    secret(no(
        "sslpassword",
        None,
        "pgkeel cannot read an encrypted key; decrypt the file with \"openssl pkey\" and protect it by its mode",
    )),
    yes("sslrootcert", "PGSSLROOTCERT"),
    yes("sslsni", "PGSSLSNI"),
    yes("ssl_max_protocol_version", "PGSSLMAXPROTOCOLVERSION"),
    yes("ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION"),
    yes("target_session_attrs", "PGTARGETSESSIONATTRS"),
    only("tcp_user_timeout"),
    yes("user", "PGUSER"),
];

/// Options of other tools, and what they are called here.
const ELSEWHERE: &[(&str, &str)] = &[
    (
        "schema",
        "it is Prisma's: write options=-c%20search_path%3DNAME, or set the namespaces in pgkeel.toml, and leave it out",
    ),
    ("currentSchema", "it is JDBC's: write options=-c%20search_path%3DNAME"),
    ("search_path", "write options=-c%20search_path%3DNAME"),
    (
        "pgbouncer",
        "it is Prisma's: leave it out; pgkeel finds a pooler by itself, and migrations need the direct address",
    ),
    ("connection_limit", "it is Prisma's: leave it out; pgkeel uses one or two connections"),
    ("pool_timeout", "it is Prisma's: leave it out; pgkeel has no pool"),
    ("socket_timeout", "it is Prisma's: use connect_timeout or tcp_user_timeout"),
    ("statement_cache_size", "it is Prisma's: leave it out; pgkeel keeps no prepared statements"),
    ("sslaccept", "it is Prisma's: accept_invalid_certs is sslmode=require, strict is sslmode=verify-full"),
    ("sslidentity", "it is Prisma's: give sslcert and sslkey as PEM files"),
    (
        "statement_timeout",
        "write options=-c%20statement_timeout%3D5s, or set it in [migrations] of pgkeel.toml",
    ),
    ("lock_timeout", "write options=-c%20lock_timeout%3D2s, or set it in [migrations] of pgkeel.toml"),
    ("timezone", "write options=-c%20timezone%3DUTC"),
    ("uselibpqcompat", "it is node-postgres's: leave it out; pgkeel always means what libpq means"),
    ("username", "libpq calls it user"),
    ("database", "libpq calls it dbname"),
    ("pool_max_conns", "it is pgx's: leave it out; pgkeel uses one or two connections"),
    ("binary_parameters", "it is lib/pq's: leave it out"),
    ("prefer_simple_protocol", "it is pgx's: leave it out"),
];

/// The keyword of this name, when pgkeel can honour it.
pub(super) fn find(name: &str) -> Result<&'static Keyword, UrlError> {
    if let Some(known) = KEYWORDS.iter().find(|known| known.name == name) {
        return match known.support {
            Support::Refused(why) => Err(UrlError::Unsupported { name: known.name, why }),
            Support::Honoured | Support::NoEffect => Ok(known),
        };
    }
    Err(UrlError::UnknownOption { name: shown(name), help: help(name) })
}

fn help(name: &str) -> Option<String> {
    if let Some((_, help)) = ELSEWHERE.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
        return Some((*help).to_owned());
    }
    if name.starts_with("x-") {
        return Some("it is golang-migrate's: leave it out".to_owned());
    }
    nearest(
        name,
        KEYWORDS.iter().filter(|known| !matches!(known.support, Support::Refused(_))).map(|k| k.name),
    )
    .map(|near| format!("did you mean \"{near}\"?"))
}

/// An unknown name, cut: a URL that was split in the wrong place may bring part of a password here.
fn shown(name: &str) -> String {
    let plain: String =
        name.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')).collect();
    if plain.len() == name.len() && plain.len() <= 40 { plain } else { "***".to_owned() }
}
