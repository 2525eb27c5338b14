//! How the server behaves, beside what it looks at.

use std::time::Duration;

use crate::Token;

/// The server's configuration. The defaults are fit for production.
#[derive(Debug, Clone)]
pub struct Config {
    /// Who may see details and change things from elsewhere; without it only this machine may see details, and nobody
    /// may change anything.
    pub token: Option<Token>,
    /// Names by which the server may be called, beside loopback names and addresses (against DNS rebinding).
    pub hosts: Vec<String>,
    /// How often the database is looked at.
    pub intervals: Intervals,
    /// The longest that one look may take, connecting included.
    pub look_timeout: Duration,
    /// Connections at once; more wait to be accepted.
    pub connections: usize,
    /// The longest that a request's head may take to arrive.
    pub head_timeout: Duration,
    /// The longest that running requests may take after a shutdown was asked for.
    pub grace: Duration,
    /// The environment's name, for authorised readers.
    pub environment: String,
}

/// How often the database is looked at, per tier of checks; a fifth of jitter is added.
#[derive(Debug, Clone, Copy)]
pub struct Intervals {
    /// Connection, history, sessions.
    pub fast: Duration,
    /// Catalog checks.
    pub catalog: Duration,
    /// Statistics.
    pub slow: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            token: None,
            hosts: Vec::new(),
            intervals: Intervals::default(),
            look_timeout: Duration::from_secs(10),
            connections: 4096,
            head_timeout: Duration::from_secs(10),
            grace: Duration::from_secs(10),
            environment: "development".to_owned(),
        }
    }
}

impl Default for Intervals {
    fn default() -> Self {
        Self { fast: Duration::from_secs(5), catalog: Duration::from_mins(1), slow: Duration::from_mins(15) }
    }
}
