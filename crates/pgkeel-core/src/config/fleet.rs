//! `[fleet]`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Many databases, or many namespaces of one database, with one schema.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FleetConfig {
    /// What a member is.
    pub over: Over,
    /// The members by name.
    pub targets: Vec<FleetTarget>,
    /// A query, asked of `[database]`, whose first column names the members.
    pub query: Option<String>,
    /// How many members are worked on at once.
    #[schemars(range(min = 1))]
    pub parallel: u32,
    /// The size of each wave, as a number of members or a percentage: `["1", "10%", "100%"]`. A wave starts when the
    /// one before it went well.
    pub waves: Vec<String>,
    /// How many members may fail before the rest is left alone.
    pub max_failures: u32,
}

impl Default for FleetConfig {
    fn default() -> Self {
        Self {
            over: Over::Databases,
            targets: Vec::new(),
            query: None,
            parallel: 4,
            waves: vec!["1".to_owned(), "10%".to_owned(), "100%".to_owned()],
            max_failures: 0,
        }
    }
}

/// What a member of the fleet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Over {
    /// A database: `query` names databases of one server.
    Databases,
    /// A namespace of one database.
    Namespaces,
}

/// One member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FleetTarget {
    /// Its name in reports.
    pub name: String,
    /// Anything that `--database` takes.
    pub url: String,
}
