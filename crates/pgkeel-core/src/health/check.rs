//! What one check is: its question, its limits, and how a row of the answer becomes a finding.

use std::collections::BTreeMap;

use super::{Outcome, Row};

/// Bytes in a mebibyte, for limits.
pub const MIB: f64 = 1_048_576.0;

/// How often a check is worth its cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// State that changes by the second: sessions, locks, lag.
    Fast,
    /// The catalog: changes with a migration.
    Catalog,
    /// Statistics that change slowly or cost more to read.
    Slow,
}

/// A number that decides when a check speaks; overridden in `[health.checks.<id>]`.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// Its key in pgkeel.toml, unit last, e.g. `warn_ratio`.
    pub key: &'static str,
    /// The value without configuration.
    pub default: f64,
    /// What it limits.
    pub meaning: &'static str,
}

/// A question to the catalog that must not wait for a lock, hold a snapshot or write.
pub struct Check {
    /// Kebab-case; equals the file's name.
    pub id: &'static str,
    /// What holds when it passes.
    pub title: &'static str,
    /// Why anybody should care, what it reads and what it cannot see.
    pub why: &'static str,
    /// What a role needs for it, beyond connecting.
    pub needs: &'static str,
    /// How often it is worth asking.
    pub tier: Tier,
    /// Its limits.
    pub limits: &'static [Limit],
    /// The query for servers of this major version and later; the highest that fits is used. A row with a
    /// non-null column `skipped` says what could not be judged, and why.
    pub queries: &'static [(u32, &'static str)],
    /// What one row means.
    pub judge: fn(Row<'_>, &Limits<'_>, &mut Outcome),
}

impl Check {
    /// The query for a server of this major version; none when the server is too old for the question.
    pub fn query(&self, major: u32) -> Option<&'static str> {
        self.queries
            .iter()
            .filter(|(since, _)| *since <= major)
            .max_by_key(|(since, _)| *since)
            .map(|(_, sql)| *sql)
    }
}

/// A check's limits after configuration.
pub struct Limits<'a> {
    pub(super) check: &'a Check,
    pub(super) overrides: Option<&'a BTreeMap<String, f64>>,
}

impl Limits<'_> {
    /// The value that holds for this key; infinite for a key that the check does not have.
    pub fn get(&self, key: &str) -> f64 {
        let default =
            || self.check.limits.iter().find(|limit| limit.key == key).map_or(f64::INFINITY, |l| l.default);
        self.overrides.and_then(|overrides| overrides.get(key).copied()).unwrap_or_else(default)
    }
}
