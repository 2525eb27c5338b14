//! `[database]`.

use super::Period;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseConfig {
    /// Anything that `--database` takes; better `"${DATABASE_URL}"` than a password in a file. `--database`, the
    /// variable DATABASE_URL and a `.env` file come first.
    pub url: Option<String>,
    /// The name that the database must have: commands that change another one are refused.
    pub name: Option<String>,
    /// How long to wait for a database that is starting or waking from sleep.
    pub wait: Option<Period>,
    /// A server on which scratch databases may be made, with a role that may create databases. Without it, a
    /// PostgreSQL of this machine or the embedded engine is used.
    pub scratch_url: Option<String>,
}
