//! A SQL seed: its statements in one transaction, and the tables that it writes compared before and after.

use std::collections::BTreeMap;
use std::path::Path;

use pgkeel_core::migration::Part;
use pgkeel_core::sql::effect::{self, Name, What};
use pgkeel_core::sql::ident::{Ident, Literal};
use pgkeel_core::sql::position::Position;

use super::Seeded;
use crate::answer::{text, truth};
use crate::apply::{Executor, Failure, Script};

/// A table up to this size is compared row by row; of a larger one PostgreSQL's own counters are believed, which call
/// a row updated even when its new values are its old ones.
const COMPARED: u64 = 64 * 1024 * 1024;

/// A table that the seed writes.
struct Table {
    /// As SQL text.
    name: String,
    /// Whether its rows were noted before.
    compared: bool,
    /// Where the first statement stands that writes it.
    written_at: Position,
}

impl Executor<'_> {
    /// Loads one file.
    pub(super) async fn seed_script(&self, script: &Script<'_>, folder: &Path) -> Result<Seeded, Failure> {
        let loaded = match self.begin_seed(script).await {
            Ok(()) => self.run_seed(script, folder).await,
            Err(failure) => Err(failure),
        };
        self.end_seed(script, loaded).await
    }

    async fn run_seed(&self, script: &Script<'_>, folder: &Path) -> Result<Seeded, Failure> {
        let (names, rows_written) = targets(script.part);
        let tables = self.note_before(script, &names).await?;
        self.run_inside(script, folder).await?;
        let mut seeded = Seeded { file: script.part.file.clone(), ..Seeded::default() };
        let mut touched = 0;
        for (index, table) in tables.iter().enumerate() {
            touched += self.count_after(script, index, table, &mut seeded).await?;
        }
        seeded.unchanged = touched.saturating_sub(seeded.created + seeded.updated);
        seeded.skipped = rows_written.map_or(0, |rows| rows.saturating_sub(touched));
        Ok(seeded)
    }

    async fn note_before(
        &self,
        script: &Script<'_>,
        names: &BTreeMap<String, Position>,
    ) -> Result<Vec<Table>, Failure> {
        let mut tables = Vec::new();
        for (index, (name, &written_at)) in names.iter().enumerate() {
            let question = format!(
                "SELECT r, pg_catalog.pg_table_size(r) <= {COMPARED} AND NOT pg_catalog.row_security_active(r) FROM \
                 pg_catalog.to_regclass({}) AS r WHERE r IS NOT NULL",
                Literal(name),
            );
            let answer =
                self.question(script, written_at, "looking at a table of the seed", &question).await?;
            let Some(row) = answer.first() else { continue };
            let compared = truth(row, 1);
            if compared {
                let note = format!(
                    "CREATE TEMPORARY TABLE pgkeel_before_{index} ON COMMIT DROP AS SELECT pg_catalog.md5(t::text) AS row \
                     FROM {name} AS t"
                );
                self.question(script, written_at, "noting the rows of a table", &note).await?;
            }
            tables.push(Table { name: name.clone(), compared, written_at });
        }
        Ok(tables)
    }

    /// Adds what became of one table, and returns how many rows were written at all.
    async fn count_after(
        &self,
        script: &Script<'_>,
        index: usize,
        table: &Table,
        seeded: &mut Seeded,
    ) -> Result<u64, Failure> {
        let Table { name, compared, written_at } = table;
        let counters = format!(
            "SELECT coalesce(sum(n_tup_ins), 0), coalesce(sum(n_tup_upd), 0) FROM pg_catalog.pg_stat_xact_user_tables \
             WHERE relid = pg_catalog.to_regclass({})",
            Literal(name),
        );
        let number = |rows: &[crate::answer::Row], column: usize| {
            rows.first().and_then(|row| text(row, column).parse::<u64>().ok()).unwrap_or_default()
        };
        let counted = self.question(script, *written_at, "counting rows", &counters).await?;
        let (inserted, updated) = (number(&counted, 0), number(&counted, 1));
        if !compared {
            seeded.created += inserted;
            seeded.updated += updated;
            return Ok(inserted + updated);
        }
        let before = format!("SELECT row FROM pg_temp.pgkeel_before_{index}");
        let after = format!("SELECT pg_catalog.md5(t::text) FROM {name} AS t");
        let difference = format!(
            "SELECT (SELECT count(*) FROM ({after} EXCEPT ALL {before}) AS n), (SELECT count(*) FROM ({before} EXCEPT ALL \
             {after}) AS o)"
        );
        let differs = self.question(script, *written_at, "comparing rows", &difference).await?;
        let (new, old) = (number(&differs, 0), number(&differs, 1));
        seeded.created += new.saturating_sub(old);
        seeded.updated += new.min(old);
        Ok(inserted + updated)
    }
}

/// The tables that the statements write, with the place of the first that does, and how many rows they list, when all of them
/// list their rows.
fn targets(part: &Part) -> (BTreeMap<String, Position>, Option<u64>) {
    let mut names = BTreeMap::new();
    let mut listed = Some(0);
    for statement in part.in_memory() {
        for effect in effect::read(&statement.text).effects {
            let (table, rows) = match &effect.what {
                What::Insert { table, rows, .. } => (table, Some(*rows as u64).filter(|rows| *rows > 0)),
                What::Update { table, .. }
                | What::Merge { table }
                | What::Copy { table: Some(table), .. } => (table, None),
                _ => continue,
            };
            names.entry(quoted(table)).or_insert(statement.position);
            listed = listed.zip(rows).map(|(sum, rows)| sum + rows);
        }
    }
    (names, listed)
}

fn quoted(name: &Name) -> String {
    name.parts.iter().map(|part| Ident(part).to_string()).collect::<Vec<_>>().join(".")
}
