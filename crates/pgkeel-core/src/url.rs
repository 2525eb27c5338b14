//! Connection strings as libpq reads them: URLs, `key=value` strings, `service=`, and pgkeel's own `embedded:`.
//!
//! PostgreSQL documentation, section 34.1.1 "Connection Strings" and 34.1.2 "Parameter Key Words".

mod connection;
mod error;
mod keyvalue;
mod keywords;
mod mask;
mod passfile;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod reference;
mod resolve;
mod service;
#[cfg(test)]
mod tests;
mod uri;

use std::collections::BTreeMap;
use std::fmt;

pub use connection::{
    CertMode, ChannelBinding, Connection, Host, Keepalives, Place, SessionAttrs, Ssl, SslMode, SslRoots,
    TlsVersion,
};
pub use error::UrlError;
pub use keywords::{KEYWORDS, Keyword, Support};
pub use mask::redact;
pub use passfile::{PassEntry, Passfile};
pub use resolve::Defaults;
pub use service::service;

/// Where a database is, as the user wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A server, by libpq's options.
    Server(Options),
    /// The embedded engine: kept in a folder, or thrown away at the end when there is none.
    Embedded(Option<String>),
}

impl Address {
    /// Reads any form that `--database` takes.
    ///
    /// # Errors
    /// What is wrong and what to write instead; never with a secret in it.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let text = text.trim();
        if let Some(folder) = text.strip_prefix("embedded:") {
            let folder = folder.strip_prefix("//").unwrap_or(folder);
            return Ok(Self::Embedded((!folder.is_empty()).then(|| folder.to_owned())));
        }
        Options::parse(text).map(Self::Server)
    }

    /// The address without any secret, for people to read.
    pub fn masked(&self) -> String {
        match self {
            Self::Server(options) => options.masked(),
            Self::Embedded(folder) => format!("embedded:{}", folder.as_deref().unwrap_or_default()),
        }
    }
}

/// libpq's options by keyword, as one source (a string, a service, the environment) gave them.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Options(BTreeMap<&'static str, String>);

impl Options {
    /// Reads a `postgres://` URL or a `key=value` string.
    ///
    /// # Errors
    /// What is wrong and what to write instead; never with a secret in it.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(UrlError::Empty);
        }
        if let Some(rest) = text.strip_prefix("postgresql://").or_else(|| text.strip_prefix("postgres://")) {
            return uri::parse(rest);
        }
        if let Some(scheme) = scheme(text) {
            return Err(UrlError::scheme(scheme));
        }
        if !text.contains('=') {
            return Err(UrlError::NotAnAddress);
        }
        keyvalue::parse(text)
    }

    /// The value of an option, when this source gave it.
    pub fn get(&self, keyword: &str) -> Option<&str> {
        self.0.get(keyword).map(String::as_str)
    }

    /// Sets an option after checking that it is one that pgkeel can honour.
    ///
    /// # Errors
    /// The keyword is unknown, or known and not supported; the error names the nearest known one.
    pub fn set(&mut self, keyword: &str, value: impl Into<String>) -> Result<(), UrlError> {
        let known = keywords::find(keyword)?;
        self.0.insert(known.name, value.into());
        Ok(())
    }

    /// The same options, with those of `other` where these have none.
    #[must_use]
    pub fn or(mut self, other: &Self) -> Self {
        for (keyword, value) in &other.0 {
            self.0.entry(keyword).or_insert_with(|| value.clone());
        }
        self
    }

    /// Every option given, sorted by keyword.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(keyword, value)| (*keyword, value.as_str()))
    }

    /// A URL without any secret, for people to read.
    pub fn masked(&self) -> String {
        mask::url(self, true)
    }

    /// A URL with its secrets, for another program that must connect. Never print it.
    pub fn to_url(&self) -> String {
        mask::url(self, false)
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// A value that must not be shown: `Debug` hides it and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The scheme of `scheme://...` or `scheme:...`, when the text starts with one. `key=value` strings have none:
/// a colon before the first `=` cannot be part of a keyword.
fn scheme(text: &str) -> Option<&str> {
    let (before, _) = text.split_once("://")?;
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | ':' | '_');
    (!before.is_empty() && before.chars().all(word)).then_some(before)
}
