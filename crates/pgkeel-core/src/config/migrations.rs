//! `[migrations]`.

use super::Period;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// Where migrations are and how they are run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MigrationsConfig {
    /// The folder of the migrations, relative to `pgkeel.toml`.
    pub dir: String,
    /// How `new` names files.
    pub numbering: Numbering,
    /// The namespace that holds the history. Projects that share a database have one each.
    pub history_namespace: String,
    /// Whether a migration may be applied after one with a higher number.
    pub allow_out_of_order: bool,
    /// How long a statement waits for a lock before its transaction is rolled back and tried again; "0" waits for ever.
    pub lock_timeout: Period,
    /// How long a statement may take; "0" is no limit.
    pub statement_timeout: Period,
    /// How often a transaction that could not get its locks, or lost a deadlock, is tried again.
    pub retries: u32,
    /// The first pause before it is tried again; it doubles, with jitter.
    pub retry_pause: Period,
    /// The longest such pause.
    pub longest_retry_pause: Period,
    /// How often the server looks, while it works, whether pgkeel is still there, so that the statement of a run that was
    /// killed ends with it; "0" is never.
    pub client_connection_check_interval: Period,
    /// How long to wait while another run holds the lock of the history.
    pub wait_for_other_run: Period,
    /// Server settings that hold inside every migration, such as `search_path`, `timezone` or `role`.
    pub settings: BTreeMap<String, String>,
    /// After which migrations the schema is read and recorded, with its fingerprint.
    pub fingerprints: Fingerprints,
    /// What is run before and after.
    pub hooks: Hooks,
}

impl Default for MigrationsConfig {
    fn default() -> Self {
        Self {
            dir: "migrations".to_owned(),
            numbering: Numbering::Number,
            history_namespace: "pgkeel".to_owned(),
            allow_out_of_order: false,
            lock_timeout: Period(Duration::from_secs(2)),
            statement_timeout: Period(Duration::ZERO),
            retries: 10,
            retry_pause: Period(Duration::from_millis(100)),
            longest_retry_pause: Period(Duration::from_secs(10)),
            client_connection_check_interval: Period(Duration::from_secs(2)),
            wait_for_other_run: Period(Duration::from_mins(10)),
            settings: BTreeMap::new(),
            fingerprints: Fingerprints::Auto,
            hooks: Hooks::default(),
        }
    }
}

/// How `new` names files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Numbering {
    /// `0042_name.sql`: the next free number.
    Number,
    /// `20261121083000_name.sql`: the time in UTC.
    Timestamp,
}

/// After which migrations the schema is read and recorded. Reading it takes as long as dozens of small migrations do, so a run
/// of many reads it once; `pgkeel history fingerprint` adds those in between from a replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Fingerprints {
    /// After each in a run of a few, as deployments are, as long as reading is quick; after the last of every run.
    Auto,
    /// After each.
    Each,
    /// After the last of a run.
    Run,
}

/// What is run before and after.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Hooks {
    /// Before the first migration of a run, when there is one to apply.
    pub before: Vec<Hook>,
    /// After the last migration of a run.
    pub after: Vec<Hook>,
    /// Before each migration.
    pub before_each: Vec<Hook>,
    /// After each migration.
    pub after_each: Vec<Hook>,
}

/// A command or a statement.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Hook {
    /// A program and its arguments, run in the project's folder.
    pub command: Vec<String>,
    /// A file with statements, relative to `pgkeel.toml`.
    pub sql: Option<String>,
    /// What happens when it fails.
    pub on_failure: Failed,
    /// Where it stands: `pgkeel.toml:12:1`.
    #[serde(skip)]
    pub place: Option<String>,
}

impl Hooks {
    /// Every hook with the name of its moment.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &Hook)> {
        let moments = [
            ("before", &self.before),
            ("after", &self.after),
            ("before_each", &self.before_each),
            ("after_each", &self.after_each),
        ];
        moments.into_iter().flat_map(|(moment, hooks)| hooks.iter().map(move |hook| (moment, hook)))
    }

    /// The hooks of a moment.
    pub(super) fn of_mut(&mut self, moment: &str) -> Option<&mut Vec<Hook>> {
        match moment {
            "before" => Some(&mut self.before),
            "after" => Some(&mut self.after),
            "before_each" => Some(&mut self.before_each),
            "after_each" => Some(&mut self.after_each),
            _ => None,
        }
    }
}

/// What happens when a hook fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Failed {
    /// The run stops there; what was committed stays.
    #[default]
    Stop,
    /// It is reported, and the run goes on.
    Continue,
}
