//! `[health]` of pgkeel.toml: which checks run, with which limits, and what they leave alone.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{CHECKS, check};
use crate::config::HealthConfig;
use crate::finding::Finding;

/// The checks' configuration.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HealthSettings {
    /// Checks that do not run.
    pub disable: BTreeSet<String>,
    /// Checks whose failure makes the instance not ready (503); by default only migrations and schema do.
    pub required: BTreeSet<String>,
    /// Limits and exceptions per check.
    pub checks: BTreeMap<String, CheckSettings>,
}

/// One check's configuration: `[health.checks.<id>]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CheckSettings {
    /// Objects that it does not report, as it names them, e.g. `index public.users_email_idx`.
    pub ignore: BTreeSet<String>,
    /// Its limits by key.
    #[serde(flatten)]
    pub limits: BTreeMap<String, f64>,
}

impl CheckSettings {
    /// Whether this finding is one that the user has accepted.
    pub fn ignores(&self, finding: &Finding) -> bool {
        finding.object.as_ref().is_some_and(|object| self.ignore.contains(object))
    }
}

/// A name in the configuration that no check has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The check does not exist.
    #[error("no health check is called {name:?}{}", nearest(.near.as_deref()))]
    UnknownCheck {
        /// As written.
        name: String,
        /// The check that is spelled most like it.
        near: Option<String>,
    },
    /// The check has no such limit.
    #[error("health check {check:?} has no limit {key:?}; it has: {known}")]
    UnknownLimit {
        /// The check.
        check: String,
        /// As written.
        key: String,
        /// Its limits.
        known: String,
    },
    /// A limit that no measurement can be compared with.
    #[error("health check {check:?}: {key} must be a number of 0 or more")]
    NotANumber {
        /// The check.
        check: String,
        /// The limit.
        key: String,
    },
}

fn nearest(near: Option<&str>) -> String {
    near.map(|near| format!("; did you mean {near:?}?")).unwrap_or_default()
}

impl HealthSettings {
    /// Refuses names that mean nothing, so that a misspelled limit never silently keeps its default.
    pub fn validate(&self) -> Result<(), SettingsError> {
        let named = self.disable.iter().chain(&self.required).chain(self.checks.keys());
        for name in named {
            if check(name).is_none() {
                let score = |id: &&str| strsim::jaro_winkler(id, name);
                let near = CHECKS.iter().map(|check| check.id).filter(|id| score(id) > 0.75);
                let near = near.max_by(|a, b| score(a).total_cmp(&score(b))).map(str::to_owned);
                return Err(SettingsError::UnknownCheck { name: name.clone(), near });
            }
        }
        for (id, own) in &self.checks {
            let limits = check(id).map(|check| check.limits).unwrap_or_default();
            for (key, value) in &own.limits {
                if !limits.iter().any(|limit| limit.key == key) {
                    let known = limits.iter().map(|limit| limit.key).collect::<Vec<_>>().join(", ");
                    return Err(SettingsError::UnknownLimit { check: id.clone(), key: key.clone(), known });
                }
                if value.is_nan() || *value < 0.0 {
                    return Err(SettingsError::NotANumber { check: id.clone(), key: key.clone() });
                }
            }
        }
        Ok(())
    }

    /// What `[health]` says, once every name in it is known.
    ///
    /// # Errors
    /// A check or a limit that does not exist.
    pub fn of_config(config: &HealthConfig) -> Result<Self, SettingsError> {
        let names = |wanted: fn(&crate::config::CheckConfig) -> bool| {
            config.checks.iter().filter(|(_, own)| wanted(own)).map(|(name, _)| name.clone()).collect()
        };
        let own = config.checks.iter().map(|(name, own)| {
            let ignore = own.ignore.iter().cloned().collect();
            (name.clone(), CheckSettings { ignore, limits: own.thresholds.clone() })
        });
        let settings = Self {
            disable: names(|own| own.enabled == Some(false)),
            required: names(|own| own.required == Some(true)),
            checks: own.collect(),
        };
        settings.validate().map(|()| settings)
    }

    /// The checks that run.
    pub fn enabled(&self) -> impl Iterator<Item = &'static super::Check> {
        CHECKS.iter().copied().filter(|check| !self.disable.contains(check.id))
    }
}
