//! `[health]`.

use super::Period;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// Health checks and the check at start-up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HealthConfig {
    /// Checks by name; `explain` knows each one's thresholds.
    pub checks: BTreeMap<String, CheckConfig>,
    /// How often `serve` asks the database, however many clients ask `serve`.
    pub interval: Period,
    /// How long all checks together may take.
    pub timeout: Period,
    /// Whether known causes are repaired without asking, when nothing can be lost by it.
    pub auto_heal: bool,
    /// What happens when an application starts.
    pub startup: StartupConfig,
}

impl Default for HealthConfig {
    fn default() -> Self {
        Self {
            checks: BTreeMap::new(),
            interval: Period(Duration::from_secs(15)),
            timeout: Period(Duration::from_secs(10)),
            auto_heal: false,
            startup: StartupConfig::default(),
        }
    }
}

/// One check. What is not said keeps its default.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct CheckConfig {
    /// Whether it is made at all.
    pub enabled: Option<bool>,
    /// Whether its failure is a failure of the whole, instead of a warning.
    pub required: Option<bool>,
    /// Objects that it does not report, as its findings name them, e.g. `index public.users_email_idx`.
    pub ignore: Vec<String>,
    /// Its thresholds by name, mostly `warn` and `fail`; ratios are from 0 to 1, times are in seconds, sizes in bytes.
    #[serde(flatten)]
    pub thresholds: BTreeMap<String, f64>,
}

/// What happens when an application starts.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct StartupConfig {
    /// The default is "verify" where `strict` holds and "migrate" elsewhere.
    pub mode: Option<StartupMode>,
    /// Whether missing objects are made.
    pub auto_fix: bool,
    /// How long start-up may wait: for the database, for another instance that migrates, for a newer schema.
    pub wait: Option<Period>,
}

/// What start-up does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum StartupMode {
    /// Nothing.
    Off,
    /// Compares, and stops or warns.
    Verify,
    /// Waits until somebody else has migrated.
    Wait,
    /// Applies what is pending.
    Migrate,
}
