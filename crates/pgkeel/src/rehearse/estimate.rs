//! How long others would wait: what was seen on empty tables, times what the target's statistics say about theirs.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use serde::Serialize;

use super::Observed;
use super::observe::{MODES, keeps_writers_out};
use crate::database::Query;
use crate::error::Error;

/// What a second does, as it was measured.
const THROUGHPUT: &str = include_str!("throughput.tsv");

/// How many times slower than measured a target may be: its processors, its disks, and what else it does meanwhile. A table that
/// is not in memory takes as long as its disk takes to read it.
const SLOWER: u32 = 4;

/// Units of each kind of work that are done in a second.
#[derive(Debug, Default, PartialEq)]
struct Speed {
    read: f64,
    rewrite: f64,
    index: f64,
    lookup: f64,
    update: f64,
}

impl Speed {
    /// As it was measured.
    fn measured() -> &'static Self {
        static MEASURED: LazyLock<Speed> = LazyLock::new(|| Speed::of(THROUGHPUT));
        &MEASURED
    }

    fn of(table: &str) -> Self {
        let a_second = |work: &str| {
            let mut lines = table.lines().filter_map(|line| line.split_once('\t'));
            let (_, rest) = lines.find(|(name, _)| *name == work)?;
            rest.split('\t').next()?.parse().ok()
        };
        // A kind of work that was not measured would cost nothing: a test looks that all are there.
        let speed = |work: &str| a_second(work).unwrap_or(f64::INFINITY);
        Self {
            read: speed("read"),
            rewrite: speed("rewrite"),
            index: speed("index"),
            lookup: speed("lookup"),
            update: speed("update"),
        }
    }
}

/// What a relation of the target holds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Size {
    /// Rows, as the statistics have them.
    pub rows: f64,
    /// Bytes of the table alone.
    pub bytes: f64,
    /// How many indexes it has.
    pub indexes: f64,
}

/// By name, as `pg_catalog.format('%I.%I')` writes it.
pub type Sizes = BTreeMap<String, Size>;

const SIZES: &str = "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), greatest(c.reltuples, 0)::float8, \
    c.relpages::float8 * pg_catalog.current_setting('block_size')::int, \
    (SELECT pg_catalog.count(*)::float8 FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid) \
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

/// The sizes of a database's tables, from its statistics.
///
/// # Errors
/// The database cannot be asked.
pub async fn sizes(client: &impl Query) -> Result<Sizes, Error> {
    let rows = client.query(SIZES, &[]).await;
    let size = |row: &tokio_postgres::Row| {
        Ok((
            row.try_get(0)?,
            Size { rows: row.try_get(1)?, bytes: row.try_get(2)?, indexes: row.try_get(3)? },
        ))
    };
    let sizes = rows.and_then(|rows| rows.iter().map(size).collect());
    sizes.map_err(Error::server("read the statistics of tables"))
}

/// For how long a file keeps others away from a relation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Blocking {
    /// The relation.
    pub relation: String,
    /// The strongest lock.
    pub mode: String,
    /// Line of the statement that took it.
    pub line: usize,
    /// Whether readers wait too, not only writers.
    pub readers_wait: bool,
    /// Milliseconds for which it was held on the scratch database, whose tables are empty.
    pub observed_ms: u128,
    /// Milliseconds to expect on the target; `None` without its statistics.
    pub expected_ms: Option<Expected>,
}

/// A range of milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Expected {
    /// On an idle machine that has the tables in memory.
    pub least: u128,
    /// On one that is slower, or busy.
    pub most: u128,
}

impl std::ops::Add for Expected {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { least: self.least + other.least, most: self.most + other.most }
    }
}

/// What a statement costs on tables of that size.
pub(super) fn cost(observed: &Observed, sizes: &Sizes) -> Expected {
    let size = |relation: &String| sizes.get(relation).copied().unwrap_or_default();
    let speed = Speed::measured();
    let mut sure = 0.0;
    for relation in &observed.rewritten {
        let size = size(relation);
        sure += size.bytes / speed.rewrite + size.indexes * size.rows / speed.index;
    }
    for relation in &observed.read {
        sure += size(relation).bytes / speed.read;
    }
    for built in observed.built.iter().filter(|built| !observed.rewritten.contains(&built.table)) {
        let size = size(&built.table);
        sure += size.bytes / speed.read + size.rows / speed.index;
    }
    for looked in &observed.foreign_keys {
        sure += size(&looked.table).rows / speed.lookup;
    }
    let mut perhaps = 0.0;
    for written in &observed.written {
        let size = size(&written.table);
        let all = size.rows / speed.update + size.indexes * size.rows / speed.index;
        sure += size.bytes / speed.read + if written.every_row { all } else { 0.0 };
        perhaps += if written.every_row { 0.0 } else { all };
    }
    let milliseconds = |seconds: f64| Duration::try_from_secs_f64(seconds).unwrap_or_default().as_millis();
    Expected {
        least: milliseconds(sure) + observed.milliseconds,
        most: milliseconds((sure + perhaps) * f64::from(SLOWER)) + observed.milliseconds,
    }
}

/// For how long the statements of a file, in one transaction unless `alone`, keep others away.
pub(super) fn blocking(statements: &[Observed], alone: bool, sizes: Option<&Sizes>) -> Vec<Blocking> {
    let rank = |mode: &str| MODES.iter().position(|known| *known == mode);
    let mut found: Vec<Blocking> = Vec::new();
    for (statement, (observed_ms, expected)) in statements.iter().zip(held(statements, alone, sizes)) {
        for (relation, mode) in statement.all_locks() {
            if !keeps_writers_out(mode) {
                continue;
            }
            let here = Blocking {
                relation: relation.clone(),
                mode: mode.clone(),
                line: statement.line,
                readers_wait: mode == "AccessExclusiveLock",
                observed_ms,
                expected_ms: sizes.map(|_| expected),
            };
            match found.iter_mut().find(|known| known.relation == *relation) {
                Some(known) if rank(&known.mode) < rank(mode) => *known = here,
                Some(_) => {}
                None => found.push(here),
            }
        }
    }
    found
}

/// For how long the locks of each statement are held: until the transaction ends, or with `alone` the statement.
fn held(statements: &[Observed], alone: bool, sizes: Option<&Sizes>) -> Vec<(u128, Expected)> {
    let mut after = (0, Expected::default());
    let mut held: Vec<(u128, Expected)> = statements
        .iter()
        .rev()
        .map(|statement| {
            let expected = sizes.map(|sizes| cost(statement, sizes)).unwrap_or_default();
            let own = (statement.milliseconds, expected);
            after = if alone { own } else { (own.0 + after.0, own.1 + after.1) };
            after
        })
        .collect();
    held.reverse();
    held
}

#[cfg(test)]
mod tests {
    use super::Speed;

    #[test]
    fn every_kind_of_work_was_measured() {
        let Speed { read, rewrite, index, lookup, update } = Speed::measured();
        for speed in [read, rewrite, index, lookup, update] {
            assert!(speed.is_finite() && *speed > 0.0, "{:?}", Speed::measured());
        }
    }
}
