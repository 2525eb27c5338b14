//! A SQL seed: its statements in one transaction, and the tables that it writes compared before and after.

use std::collections::BTreeMap;
use std::path::Path;

use pgkeel_core::migration::Part;
use pgkeel_core::sql::effect::{self, Name, Origin, What};
use pgkeel_core::sql::ident::{Ident, Literal};
use pgkeel_core::sql::position::Position;
use pgkeel_core::sql::script::Statement;
use pgkeel_core::sql::words;

use super::Seeded;
use crate::answer::{text, truth};
use crate::apply::{Executor, Failure, Script};
use crate::database::Written;

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
        let names = targets(script.part);
        let tables = self.note_before(script, &names).await?;
        self.session.tap().note_written();
        let run = self.run_inside(script, folder).await;
        let written = self.session.tap().take_written();
        run.map_err(with_advice)?;
        let mut seeded = Seeded { file: script.part.file.clone(), ..Seeded::default() };
        let mut same = 0;
        for (index, table) in tables.iter().enumerate() {
            same += self.count_after(script, index, table, &mut seeded).await?;
        }
        // What the file's own statements wrote, without what triggers did; a row may be written more than once.
        let rows: u64 = written.iter().map(|written| written.rows).sum();
        seeded.unchanged = rows.saturating_sub(seeded.created + seeded.updated).min(same);
        let skipped = skipped(script.part, &written);
        seeded.skipped = skipped.unwrap_or_default();
        seeded.uncounted = skipped.is_none() || script.part.in_memory().any(passes_over_uncounted);
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

    /// Adds what became of one table, and returns how many of its rows are as they were.
    async fn count_after(
        &self,
        script: &Script<'_>,
        index: usize,
        table: &Table,
        seeded: &mut Seeded,
    ) -> Result<u64, Failure> {
        let Table { name, compared, written_at } = table;
        let counters = format!(
            "SELECT coalesce(sum(n_tup_ins), 0), coalesce(sum(n_tup_upd), 0), coalesce(sum(n_tup_del), 0) FROM \
             pg_catalog.pg_stat_xact_user_tables WHERE relid = pg_catalog.to_regclass({})",
            Literal(name),
        );
        let number = |rows: &[crate::answer::Row], column: usize| {
            rows.first().and_then(|row| text(row, column).parse::<u64>().ok()).unwrap_or_default()
        };
        if !compared {
            let counted = self.question(script, *written_at, "counting rows", &counters).await?;
            seeded.created += number(&counted, 0);
            seeded.updated += number(&counted, 1);
            seeded.deleted += number(&counted, 2);
            return Ok(0);
        }
        let before = format!("SELECT row FROM pg_temp.pgkeel_before_{index}");
        let after = format!("SELECT pg_catalog.md5(t::text) FROM {name} AS t");
        let difference = format!(
            "SELECT (SELECT count(*) FROM ({after} EXCEPT ALL {before}) AS n), (SELECT count(*) FROM ({before} EXCEPT ALL \
             {after}) AS o), (SELECT count(*) FROM {name})"
        );
        let differs = self.question(script, *written_at, "comparing rows", &difference).await?;
        let (new, old) = (number(&differs, 0), number(&differs, 1));
        seeded.created += new.saturating_sub(old);
        seeded.updated += new.min(old);
        seeded.deleted += old.saturating_sub(new);
        Ok(number(&differs, 2).saturating_sub(new))
    }
}

/// active_sql_transaction: a migration may run such a statement by itself, a seed may not.
fn with_advice(mut failure: Failure) -> Failure {
    if let Failure::Statement(error) = &mut failure
        && error.sqlstate.as_deref() == Some("25001")
    {
        error.hint = Some("a seed is one transaction: put the statement into a migration".to_owned());
    }
    failure
}

/// The tables that the statements write, with the place of the first that does.
fn targets(part: &Part) -> BTreeMap<String, Position> {
    let mut names = BTreeMap::new();
    for statement in part.in_memory() {
        for effect in effect::read(&statement.text).effects {
            let tables = match &effect.what {
                What::Truncate { tables, .. } => tables.as_slice(),
                What::Insert { table, .. }
                | What::Update { table, .. }
                | What::Delete { table, .. }
                | What::Merge { table }
                | What::Copy { table: Some(table), .. } => std::slice::from_ref(table),
                _ => continue,
            };
            for table in tables {
                names.entry(quoted(table)).or_insert(statement.position);
            }
        }
    }
    names
}

/// How many of the rows that the file's `INSERT`s list were not written; none when that is not known.
fn skipped(part: &Part, written: &[Written]) -> Option<u64> {
    let listed: Vec<u64> = part.in_memory().filter_map(listed).collect();
    let written: Vec<u64> = written.iter().filter(|one| one.is_insert).map(|one| one.rows).collect();
    // An INSERT behind WITH, or one that was prepared, says the same as one by itself: which is which is not known then.
    if listed.len() != written.len() {
        return part.in_memory().all(|statement| !passes_over(statement)).then_some(0);
    }
    Some(listed.iter().zip(&written).map(|(listed, written)| listed.saturating_sub(*written)).sum())
}

/// How many rows an `INSERT` lists; a query's are none. None for another statement.
fn listed(statement: &Statement) -> Option<u64> {
    let is_insert = words::leading(&statement.text, 1).iter().any(|word| word == "INSERT");
    let rows = |effect: &effect::Effect| match &effect.what {
        What::Insert { rows, .. } if effect.origin == Origin::Statement => Some(*rows as u64),
        _ => None,
    };
    is_insert.then(|| statement.reading().effects.iter().find_map(rows).unwrap_or_default())
}

/// Whether it passes over rows that it does not list: how many they are, PostgreSQL does not tell.
fn passes_over_uncounted(statement: &Statement) -> bool {
    listed(statement).unwrap_or_default() == 0 && passes_over(statement)
}

/// Whether it inserts only rows that are not there yet.
fn passes_over(statement: &Statement) -> bool {
    let inserts = |effect: &effect::Effect| matches!(effect.what, What::Insert { .. });
    let text = statement.text.to_ascii_uppercase();
    statement.reading().effects.iter().any(inserts)
        && ["ON CONFLICT", "NOT EXISTS", "NOT IN", "EXCEPT"].iter().any(|words| text.contains(words))
}

fn quoted(name: &Name) -> String {
    name.parts.iter().map(|part| Ident(part).to_string()).collect::<Vec<_>>().join(".")
}
