//! What an earlier run left of a migration in steps: told by the journal, and where the journal cannot know, by the
//! catalog.

use std::collections::BTreeMap;

use pgkeel_core::migration::Migration;
use pgkeel_core::sql::batch::Batch;
use pgkeel_core::sql::effect::{self, CreateIndex, Name, ObjectKind, What};
use pgkeel_core::sql::ident::{Ident, Literal};

use super::steps::Unit;
use super::{Executor, Failure, Script};
use crate::answer::{Row, ask};
use crate::error::Error;

/// An index that PostgreSQL does not use: a build failed, or is going on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct InvalidIndex {
    /// Quoted and qualified.
    name: String,
    /// The process that builds it, if one does.
    builder: Option<String>,
}

/// One line of the journal.
struct Noted {
    statement: String,
    finished: bool,
}

impl Executor<'_> {
    /// The numbers of the units that are done, when the migration had begun before.
    pub(super) async fn resume(
        &self,
        migration: &Migration,
        units: &[Unit],
    ) -> Result<Option<Vec<usize>>, Failure> {
        let rows = self.rows("reading the journal", &self.store.read_journal(&migration.version)).await?;
        let Some(begun) = rows.first() else { return Ok(None) };
        debug_assert!(begun.len() == 3, "the journal query has three columns");
        let noted: BTreeMap<usize, Noted> = rows.iter().filter_map(|row| noted(row)).collect();
        let mut done = Vec::new();
        for unit in units {
            let Some(note) = noted.get(&unit.number) else { continue };
            if note.statement != unit.text() {
                if note.finished {
                    return Err(changed(migration, unit));
                }
            } else if note.finished || self.took_effect(unit).await? {
                done.push(unit.number);
            }
        }
        self.note_resumed(migration, &done).await?;
        Ok(Some(done))
    }

    async fn note_resumed(&self, migration: &Migration, done: &[usize]) -> Result<(), Failure> {
        let mut batch = Batch::default();
        for &number in done {
            batch.push_own("note the step", &self.store.end_step(&migration.version, number, None));
        }
        batch.push_own("note the migration", &self.store.restart(migration));
        self.send_all(&Script::up(migration), &batch).await
    }

    /// Whether a lone statement that was begun and never noted as ended did its work.
    async fn took_effect(&self, unit: &Unit) -> Result<bool, Failure> {
        let Some((_, statement)) = unit.statements.first().filter(|_| unit.alone) else { return Ok(false) };
        let effects = effect::read(&statement.text).effects;
        match effects.first().map(|effect| &effect.what) {
            Some(What::CreateIndex(index)) => self.index_is_built(index).await,
            Some(What::Drop { kind: ObjectKind::Index, names, .. }) => self.all_gone(names).await,
            Some(What::DetachPartition { parent, partition, .. }) => self.detached(parent, partition).await,
            // VACUUM, REINDEX, CLUSTER and ALTER SYSTEM may simply be run again; of what creates or drops databases,
            // tablespaces and subscriptions PostgreSQL itself says whether it was done.
            _ => Ok(false),
        }
    }

    async fn index_is_built(&self, index: &CreateIndex) -> Result<bool, Failure> {
        let Some(name) = &index.name else { return Ok(false) };
        let sql = format!(
            "SELECT i.indisvalid FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
             WHERE i.indrelid = pg_catalog.to_regclass({}) AND c.relname = {}",
            Literal(&quoted(&index.table)),
            Literal(name.last()),
        );
        let rows = self.rows("looking at an index", &sql).await?;
        Ok(rows.first().and_then(|row| row.first().cloned().flatten()).as_deref() == Some("t"))
    }

    async fn all_gone(&self, names: &[Name]) -> Result<bool, Failure> {
        let conditions: Vec<String> = names
            .iter()
            .map(|name| format!("pg_catalog.to_regclass({}) IS NULL", Literal(&quoted(name))))
            .collect();
        let rows = self.rows("looking at indexes", &format!("SELECT {}", conditions.join(" AND "))).await?;
        Ok(rows.first().and_then(|row| row.first().cloned().flatten()).as_deref() == Some("t"))
    }

    /// A detach that was interrupted is finished here: PostgreSQL allows nothing else.
    async fn detached(&self, parent: &Name, partition: &Name) -> Result<bool, Failure> {
        let (parent, partition) = (quoted(parent), quoted(partition));
        let sql = format!(
            "SELECT inhdetachpending FROM pg_catalog.pg_inherits WHERE inhrelid = pg_catalog.to_regclass({}) \
             AND inhparent = pg_catalog.to_regclass({})",
            Literal(&partition),
            Literal(&parent),
        );
        let rows = self.rows("looking at a partition", &sql).await?;
        match rows.first().and_then(|row| row.first().cloned().flatten()).as_deref() {
            None => Ok(true),
            Some("t") => {
                let finalize = format!("ALTER TABLE {parent} DETACH PARTITION {partition} FINALIZE");
                self.rows("finishing a detach", &finalize).await?;
                Ok(true)
            }
            Some(_) => Ok(false),
        }
    }

    /// Before an index is built: an invalid one of its name that nobody builds goes, so that `IF NOT EXISTS` cannot
    /// succeed over it. One that somebody builds is left alone.
    pub(super) async fn clear_the_way(&self, what: Option<&What>) -> Result<(), Failure> {
        let Some(What::CreateIndex(index)) = what else { return Ok(()) };
        let Some(name) = &index.name else { return Ok(()) };
        for invalid in self.invalid_indexes(what).await? {
            let same = invalid.name.rsplit('.').next() == Some(Ident(name.last()).to_string().as_str());
            match (same, &invalid.builder) {
                (false, _) => {}
                (true, Some(pid)) => {
                    return Err(Failure::Other(Error::Refused {
                        message: format!("process {pid} is building index {} right now", invalid.name),
                        help: "wait until it has ended, or end it with pg_cancel_backend, and run the command again"
                            .to_owned(),
                    }));
                }
                (true, None) => self.drop_index(&invalid).await?,
            }
        }
        Ok(())
    }

    /// The invalid indexes of the table that a `CREATE INDEX` is about.
    pub(super) async fn invalid_indexes(&self, what: Option<&What>) -> Result<Vec<InvalidIndex>, Failure> {
        let Some(What::CreateIndex(index)) = what else { return Ok(Vec::new()) };
        let sql = format!(
            "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), (SELECT p.pid FROM \
             pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid AND p.pid <> \
             pg_catalog.pg_backend_pid() LIMIT 1) FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = \
             i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE NOT i.indisvalid AND c.relkind \
             = 'i' AND i.indrelid = pg_catalog.to_regclass({})",
            Literal(&quoted(&index.table)),
        );
        let rows = self.rows("looking for invalid indexes", &sql).await?;
        let invalid = |mut row: Vec<Option<String>>| {
            let builder = row.pop().flatten();
            row.pop().flatten().map(|name| InvalidIndex { name, builder })
        };
        Ok(rows.into_iter().filter_map(invalid).collect())
    }

    /// After a failed build: what it left goes.
    pub(super) async fn drop_new_invalid_indexes(
        &self,
        what: Option<&What>,
        before: &[InvalidIndex],
    ) -> Result<(), Failure> {
        for invalid in self.invalid_indexes(what).await? {
            if !before.contains(&invalid) && invalid.builder.is_none() {
                self.drop_index(&invalid).await?;
            }
        }
        Ok(())
    }

    async fn drop_index(&self, index: &InvalidIndex) -> Result<(), Failure> {
        // Patient: the timeouts of the migration are not meant for cleaning up.
        self.rows("cleaning up", "SET lock_timeout = 0; SET statement_timeout = 0").await?;
        let sql = format!("DROP INDEX CONCURRENTLY IF EXISTS {}", index.name);
        self.rows("dropping an invalid index", &sql).await.map(|_| ())
    }

    /// Rows of a question of our own, as text.
    async fn rows(&self, doing: &str, sql: &str) -> Result<Vec<Row>, Failure> {
        let answer = ask(self.session.client(), doing, sql).await;
        answer.map_err(|error| {
            if self.session.is_closed() { Failure::Disconnected(error) } else { Failure::Other(error) }
        })
    }
}

fn noted(row: &[Option<String>]) -> Option<(usize, Noted)> {
    let number = row.first()?.as_deref()?.parse().ok()?;
    let statement = row.get(1)?.clone()?;
    Some((number, Noted { statement, finished: row.get(2)?.as_deref() == Some("t") }))
}

fn changed(migration: &Migration, unit: &Unit) -> Failure {
    Failure::Other(Error::Refused {
        message: format!(
            "{} was interrupted after its step {}, and that step reads differently in the file now",
            migration.label(),
            unit.number
        ),
        help: "restore the file as it was when it was begun; only steps that are not done may be changed"
            .to_owned(),
    })
}

/// A name as the statement wrote it, each part quoted where it must be.
fn quoted(name: &Name) -> String {
    name.parts.iter().map(|part| Ident(part).to_string()).collect::<Vec<_>>().join(".")
}
