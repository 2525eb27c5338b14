//! How long others would wait: what was seen on empty tables, times what the target's statistics say about theirs.

use std::collections::BTreeMap;
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

/// Units of a work that are done in a second.
fn a_second(work: &str) -> f64 {
    let lines = THROUGHPUT.lines().filter_map(|line| line.split_once('\t'));
    let of_work =
        lines.filter(|(name, _)| *name == work).filter_map(|(_, rest)| rest.split('\t').next()?.parse().ok());
    of_work.fold(f64::INFINITY, f64::min)
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

const SIZES: &str = "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), pg_catalog.greatest(c.reltuples, 0)::float8, \
    c.relpages::float8 * pg_catalog.current_setting('block_size')::int, \
    (SELECT pg_catalog.count(*)::float8 FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid) \
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

/// The sizes of a database's tables, from its statistics.
///
/// # Errors
/// The database cannot be asked.
pub async fn sizes(client: &impl Query) -> Result<Sizes, Error> {
    let sql = SIZES.replace("pg_catalog.greatest", "greatest");
    let rows = client.query(&sql, &[]).await;
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

impl std::iter::Sum for Expected {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self { least: sum.least + one.least, most: sum.most + one.most })
    }
}

/// What a statement costs on tables of that size.
pub(super) fn cost(observed: &Observed, sizes: &Sizes) -> Expected {
    let size = |relation: &String| sizes.get(relation).copied().unwrap_or_default();
    let mut sure = 0.0;
    for relation in &observed.rewritten {
        let size = size(relation);
        sure += size.bytes / a_second("rewrite") + size.indexes * size.rows / a_second("index");
    }
    for relation in &observed.read {
        sure += size(relation).bytes / a_second("read");
    }
    for built in observed.built.iter().filter(|built| !observed.rewritten.contains(&built.table)) {
        let size = size(&built.table);
        sure += size.bytes / a_second("read") + size.rows / a_second("index");
    }
    for looked in &observed.foreign_keys {
        sure += size(&looked.table).rows / a_second("lookup");
    }
    let mut perhaps = 0.0;
    for written in &observed.written {
        let size = size(&written.table);
        let all = size.rows / a_second("update") + size.indexes * size.rows / a_second("index");
        sure += size.bytes / a_second("read") + if written.every_row { all } else { 0.0 };
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
    for (at, statement) in statements.iter().enumerate() {
        // Locks last until the transaction ends.
        let until = if alone { at + 1 } else { statements.len() };
        let held = || statements.iter().take(until).skip(at);
        for (relation, mode) in statement.all_locks() {
            if !keeps_writers_out(mode) {
                continue;
            }
            let here = Blocking {
                relation: relation.clone(),
                mode: mode.clone(),
                line: statement.line,
                readers_wait: mode == "AccessExclusiveLock",
                observed_ms: held().map(|statement| statement.milliseconds).sum(),
                expected_ms: sizes.map(|sizes| held().map(|statement| cost(statement, sizes)).sum()),
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
