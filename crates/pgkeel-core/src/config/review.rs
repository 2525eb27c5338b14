//! `[review]`.

use crate::finding::Severity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How migrations are reviewed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReviewConfig {
    /// From which severity on `review` exits with 1.
    pub fail_on: Severity,
    /// Severity per rule, or "off".
    pub rules: BTreeMap<String, Level>,
    /// Severities for some files only; later entries win.
    pub paths: Vec<PathRules>,
    /// Findings that are accepted, and why.
    pub ignore: Vec<ReviewIgnore>,
    /// A file of accepted findings, written by `review --baseline`, so that an old project starts clean.
    pub baseline: Option<String>,
    /// The oldest major version of PostgreSQL on which the migrations must run, when it is older than the target.
    #[schemars(range(min = 14))]
    pub oldest_server: Option<u32>,
    /// The column that says to which tenant a row belongs: tables that have it need row-level security.
    pub tenant_column: Option<String>,
    /// Columns that every new table must have.
    pub required_columns: Vec<String>,
    /// Types that are not to be used, and what to use instead: `money = "numeric(12, 2)"`.
    pub forbidden_types: BTreeMap<String, String>,
    /// How names must look: a regular expression per kind (`table`, `column`, `index`, `constraint`, `view`, `function`,
    /// `trigger`, `sequence`, `schema`), matched against the whole name.
    pub naming: BTreeMap<String, String>,
}

impl Default for ReviewConfig {
    fn default() -> Self {
        Self {
            fail_on: Severity::Error,
            rules: BTreeMap::new(),
            paths: Vec::new(),
            ignore: Vec::new(),
            baseline: None,
            oldest_server: None,
            tenant_column: None,
            required_columns: Vec::new(),
            forbidden_types: BTreeMap::new(),
            naming: BTreeMap::new(),
        }
    }
}

/// The severity of a rule, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The rule is not applied.
    Off,
    /// Worth knowing.
    Info,
    /// Wrong or risky.
    Warning,
    /// Must be dealt with.
    Error,
    /// The database would not be what the application needs.
    Critical,
}

impl Level {
    /// The severity; `None` when the rule is off.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Info => Some(Severity::Info),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
            Self::Critical => Some(Severity::Critical),
        }
    }
}

/// Severities for some files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PathRules {
    /// Which files, relative to `pgkeel.toml`; `*` stops at a slash, `**` does not.
    pub path: String,
    /// Severity per rule, or "off".
    pub rules: BTreeMap<String, Level>,
}

/// Findings that are accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewIgnore {
    /// Which rule; `all` for every one.
    pub rule: String,
    /// In which files, relative to `pgkeel.toml`; everywhere when it is left out.
    #[serde(default)]
    pub path: Option<String>,
    /// Why.
    pub reason: String,
}
