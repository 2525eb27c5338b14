//! What happened between two snapshots, statement by statement.

use std::collections::{BTreeMap, BTreeSet};

use super::{Counters, Renamed, Snapshot, fingerprint};

/// The use of one statement in a window.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Usage {
    /// A text of it.
    pub query: String,
    /// Executions.
    pub calls: f64,
    /// Milliseconds.
    pub total_ms: f64,
    /// Sum of the squares of the executions' milliseconds.
    pub squares: f64,
    /// Blocks touched, found or read.
    pub blocks: f64,
    /// Temporary blocks written.
    pub temporary: f64,
    /// Rows.
    pub rows: f64,
}

impl Usage {
    /// Milliseconds per call.
    pub fn mean(&self) -> f64 {
        per(self.total_ms, self.calls)
    }

    /// Variance of the milliseconds per call.
    pub fn variance(&self) -> f64 {
        (per(self.squares, self.calls) - self.mean().powi(2)).max(0.0)
    }

    /// Blocks per call.
    pub fn blocks_per_call(&self) -> f64 {
        per(self.blocks, self.calls)
    }

    /// Rows per call.
    pub fn rows_per_call(&self) -> f64 {
        per(self.rows, self.calls)
    }

    fn of(counters: &Counters) -> Self {
        Self {
            query: counters.query.clone(),
            calls: counters.calls,
            total_ms: counters.total_exec_time,
            squares: counters.calls * (counters.stddev_exec_time.powi(2) + counters.mean_exec_time.powi(2)),
            blocks: counters.shared_blks_hit + counters.shared_blks_read,
            temporary: counters.temp_blks_written,
            rows: counters.rows,
        }
    }

    fn add(&mut self, other: &Self, sign: f64) {
        self.calls += sign * other.calls;
        self.total_ms += sign * other.total_ms;
        self.squares += sign * other.squares;
        self.blocks += sign * other.blocks;
        self.temporary += sign * other.temporary;
        self.rows += sign * other.rows;
    }
}

fn per(sum: f64, calls: f64) -> f64 {
    if calls > 0.0 { sum / calls } else { 0.0 }
}

/// A statement: who ran it, whether at top level, and what.
pub(super) type Key = (String, bool, String);

/// Everything between two snapshots; from the last reset when there is no first one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Window {
    /// How long, in seconds; none when the counters' beginning is not known.
    pub seconds: Option<f64>,
    /// What every statement did.
    pub usage: BTreeMap<Key, Usage>,
    /// Why the window is worth less than it seems.
    pub notes: Vec<String>,
}

impl Window {
    /// What happened from `from` to `to`. `renamed` brings the texts up to date.
    pub fn between(from: Option<&Snapshot>, to: &Snapshot, renamed: &Renamed) -> Self {
        let mut window = Self { notes: to.notes.clone(), ..Self::default() };
        let from = from.filter(|from| {
            let whole = from.reset_at == to.reset_at;
            if !whole {
                window.notes.push("the counters were reset in between: counted from the reset on".to_owned());
            }
            whole
        });
        let begun = from.map(|from| from.at).or(to.reset_at);
        window.seconds = begun.map(|begun| (to.at - begun).max(0.0));
        let evicted = to.evicted - from.map_or(0.0, |from| from.evicted);
        if to.room > 0.0 && evicted > to.room / 100.0 {
            window.notes.push(format!(
                "{evicted:.0} entries were thrown out of pg_stat_statements for lack of room: raise pg_stat_statements.max"
            ));
        }
        for counters in &to.statements {
            let usage = Usage::of(counters);
            let known = window
                .usage
                .entry(key(counters, renamed))
                .or_insert_with(|| Usage { query: usage.query.clone(), ..Usage::default() });
            known.add(&usage, 1.0);
        }
        let mut backwards = BTreeSet::new();
        for counters in from.into_iter().flat_map(|from| &from.statements) {
            let key = key(counters, renamed);
            if let Some(usage) = window.usage.get_mut(&key) {
                usage.add(&Usage::of(counters), -1.0);
                if usage.calls < 0.0 {
                    backwards.insert(key);
                }
            }
        }
        if !backwards.is_empty() {
            // A reset of single entries leaves no other trace (PostgreSQL 14 to 18).
            window.notes.push(format!(
                "{} statements were reset or thrown out in between, and are left out",
                backwards.len()
            ));
        }
        window.usage.retain(|key, usage| usage.calls > 0.0 && !backwards.contains(key));
        window
    }
}

/// Names one statement.
pub(super) fn key(counters: &Counters, renamed: &Renamed) -> Key {
    (counters.role.clone(), counters.toplevel, fingerprint(&counters.query, renamed))
}
