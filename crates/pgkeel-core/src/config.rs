//! `pgkeel.toml`: what a project says about itself, checked key by key, with the place of every mistake.

mod check;
mod database;
mod document;
mod expect;
mod fleet;
mod health;
mod hooks;
mod migrations;
mod object_name;
mod period;
mod problem;
#[cfg(test)]
pub(crate) mod reference;
mod review;
mod schema;
mod seeds;
mod serve;
#[cfg(test)]
mod tests;

pub use database::DatabaseConfig;
pub use expect::{ColumnExpectation, ExpectConfig, Ignore, TableExpectation};
pub use fleet::{FleetConfig, FleetTarget, Over};
pub use health::{CheckConfig, HealthConfig, StartupConfig, StartupMode};
pub use migrations::{Failed, Fingerprints, Hook, Hooks, MigrationsConfig, Numbering};
pub use period::Period;
pub use problem::{ConfigProblem, ConfigProblems};
pub use review::{Level, PathRules, ReviewConfig, ReviewIgnore};
pub use schema::json_schema;
pub use seeds::SeedsConfig;
pub use serve::{ServeConfig, Webhook};

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The environment that is strict unless it says otherwise.
const PRODUCTION: &str = "production";

/// What `pgkeel.toml` says for one environment: the sections of the file, and over them those of
/// `[environments.NAME]`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Whether critical findings stop: exit code 1 of `validate` and `health-check`, no start of the application.
    /// The default is true for the environment "production" and false for every other.
    pub strict: Option<bool>,
    /// Where the database is.
    pub database: DatabaseConfig,
    /// Where migrations are and how they are run.
    pub migrations: MigrationsConfig,
    /// Reference data.
    pub seeds: SeedsConfig,
    /// What the database must hold, beside what the migrations make.
    pub expect: ExpectConfig,
    /// How migrations are reviewed.
    pub review: ReviewConfig,
    /// Health checks and the check at start-up.
    pub health: HealthConfig,
    /// The HTTP server.
    pub serve: ServeConfig,
    /// Many databases with one schema. Checked, but not used yet: no command of this version works on a fleet.
    pub fleet: FleetConfig,
    /// Values with a variable that is not set, by key, where only some commands use them: their text is as in the file.
    #[serde(skip)]
    pub unset: BTreeMap<String, ConfigProblem>,
}

impl Config {
    /// Reads the text of a `pgkeel.toml` for one environment. `file` is only named in problems; `variable` gives the
    /// value of `${NAME}`.
    ///
    /// # Errors
    /// Everything that is wrong with the file, in its order, also in environments that are not asked for.
    pub fn parse(
        text: &str,
        file: &str,
        environment: &str,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigProblems> {
        let (mut config, unset): (Self, _) = document::read(text, file, environment, variable)?;
        config.unset = unset;
        document::place_hooks(&mut config.migrations.hooks, text, file, environment);
        config.strict.get_or_insert(environment == PRODUCTION);
        Ok(config)
    }

    /// What holds where there is no `pgkeel.toml`.
    pub fn absent(environment: &str) -> Self {
        Self { strict: Some(environment == PRODUCTION), ..Self::default() }
    }

    /// What is not set of a section, or of one key.
    ///
    /// # Errors
    /// A variable that it needs is not set.
    pub fn is_set(&self, key: &str) -> Result<(), ConfigProblems> {
        let inside =
            |path: &str| path == key || path.strip_prefix(key).is_some_and(|rest| rest.starts_with('.'));
        let unset: Vec<ConfigProblem> =
            self.unset.iter().filter(|(path, _)| inside(path)).map(|(_, problem)| problem.clone()).collect();
        if unset.is_empty() { Ok(()) } else { Err(ConfigProblems(unset)) }
    }

    /// Whether critical findings stop.
    pub fn is_strict(&self) -> bool {
        self.strict.unwrap_or_default()
    }
}

/// The names of the environments that a `pgkeel.toml` describes, sorted.
///
/// # Errors
/// The text is not TOML.
pub fn environments(text: &str, file: &str) -> Result<Vec<String>, ConfigProblems> {
    document::environments(text, file)
}
