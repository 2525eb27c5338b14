//! The journal: what of a migration that cannot be one transaction has begun, and what is done.

use pgkeel_core::migration::{Migration, Version};
use pgkeel_core::sql::ident::{Ident, Literal};

use super::Store;
use crate::answer::{Row, text, truth};

/// A step as the journal knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    /// Its number, from 1.
    pub(crate) step: usize,
    /// Its first statement, from 0, among those of the migration.
    pub(crate) first: usize,
    /// Its last statement.
    pub(crate) last: usize,
    /// Whether it ran outside a transaction.
    pub(crate) alone: bool,
    /// Its text, or the beginning and a digest of a long one.
    pub(crate) text: String,
    /// Object ids of the indexes that its table had before, for what builds indexes.
    pub(crate) indexes: Option<String>,
}

impl Note {
    /// From a row: step, first and last statement, whether alone, text, indexes.
    pub(crate) fn read(row: &Row) -> Option<Self> {
        let number = |column: usize| text(row, column).parse::<usize>().ok();
        Some(Self {
            step: number(0)?,
            first: number(1)?,
            last: number(2)?,
            alone: truth(row, 3),
            text: text(row, 4),
            indexes: row.get(5).cloned().flatten(),
        })
    }
}

impl Store {
    /// The statement that notes that a step begins.
    pub(crate) fn begin_step(&self, work: &str, note: &Note) -> String {
        let (ns, work) = (Ident(&self.namespace), Literal(work));
        let Note { step, first, last, alone, text, indexes } = note;
        let indexes = indexes.as_ref().map_or("NULL".to_owned(), |list| Literal(list).to_string());
        format!(
            "INSERT INTO {ns}.journal (work, step, first_statement, last_statement, alone, statement, indexes_before) \
             VALUES ({work}, {step}, {first}, {last}, {alone}, {}, {indexes}) ON CONFLICT (work, step) DO UPDATE SET \
             first_statement = excluded.first_statement, last_statement = excluded.last_statement, alone = excluded.alone, \
             statement = excluded.statement, indexes_before = excluded.indexes_before, started_at = \
             pg_catalog.clock_timestamp(), finished_at = NULL, error = NULL",
            Literal(text),
        )
    }

    /// The statement that notes how a step ended.
    pub(crate) fn end_step(&self, work: &str, step: usize, error: Option<&str>) -> String {
        format!(
            "UPDATE {}.journal SET finished_at = {}, error = {} WHERE work OPERATOR(pg_catalog.=) {} AND step \
             OPERATOR(pg_catalog.=) {step}",
            Ident(&self.namespace),
            if error.is_none() { "pg_catalog.clock_timestamp()" } else { "NULL" },
            error.map_or("NULL".to_owned(), |text| Literal(text).to_string()),
            Literal(work),
        )
    }

    /// The statement that forgets a step, so that it runs again.
    pub(crate) fn forget_step(&self, work: &str, step: usize) -> String {
        format!(
            "DELETE FROM {}.journal WHERE work OPERATOR(pg_catalog.=) {} AND step OPERATOR(pg_catalog.=) {step}",
            Ident(&self.namespace),
            Literal(work),
        )
    }

    /// The query of a migration's journal. A migration that has begun and noted no step yet has one row of nulls, one
    /// that has not begun has none.
    pub(crate) fn read_journal(&self, version: &Version) -> String {
        let ns = Ident(&self.namespace);
        format!(
            "SELECT j.step, j.first_statement, j.last_statement, j.alone, j.statement, j.indexes_before, j.finished_at IS \
             NOT NULL, j.error IS NOT NULL FROM {ns}.migrations m LEFT JOIN {ns}.journal j ON j.work OPERATOR(pg_catalog.=) m.version WHERE \
             m.version OPERATOR(pg_catalog.=) {} AND m.outcome OPERATOR(pg_catalog.=) ANY (ARRAY['started', 'failed']) \
             ORDER BY 1",
            Literal(version.as_str()),
        )
    }

    /// The query of the steps in which migrations stopped: version, number, text, and the error if there was one.
    pub(crate) fn open_steps(&self) -> String {
        let ns = Ident(&self.namespace);
        format!(
            "SELECT j.work, j.step, j.statement, j.error, j.alone FROM {ns}.journal j JOIN {ns}.migrations m ON m.version = j.work WHERE \
             m.outcome IN ('started', 'failed') AND j.finished_at IS NULL ORDER BY 1, 2"
        )
    }

    /// The query of the steps that are done of migrations that stopped: a note's columns, and the version.
    pub(crate) fn done_steps(&self) -> String {
        let ns = Ident(&self.namespace);
        format!(
            "SELECT j.step, j.first_statement, j.last_statement, j.alone, j.statement, j.indexes_before, j.work FROM \
             {ns}.journal j JOIN {ns}.migrations m ON m.version = j.work WHERE m.outcome IN ('started', 'failed') AND \
             j.finished_at IS NOT NULL ORDER BY j.work, j.step"
        )
    }

    /// The statements that forget that a migration has begun, when nothing of it is left.
    pub(crate) fn forget_begun(&self, version: &Version) -> [String; 2] {
        let (ns, version) = (Ident(&self.namespace), Literal(version.as_str()));
        [
            format!("DELETE FROM {ns}.journal WHERE work OPERATOR(pg_catalog.=) {version}"),
            format!(
                "DELETE FROM {ns}.migrations WHERE version OPERATOR(pg_catalog.=) {version} AND outcome \
                 OPERATOR(pg_catalog.=) ANY (ARRAY['started', 'failed'])"
            ),
        ]
    }

    /// The statement that notes that a migration is taken up again, perhaps with other steps ahead.
    pub(crate) fn restart(&self, migration: &Migration) -> String {
        format!(
            "UPDATE {}.migrations SET outcome = 'started', checksum_algorithm = {}, checksum = {}, statements = {} \
             WHERE version OPERATOR(pg_catalog.=) {}",
            Ident(&self.namespace),
            Literal(&migration.up.checksum.algorithm),
            Literal(&migration.up.checksum.value),
            migration.up.statements,
            Literal(migration.version.as_str()),
        )
    }

    /// The statement that notes that a plan begins in steps: a step of number 0, which is never finished.
    pub(crate) fn begin_plan(&self, work: &str, action: &str) -> String {
        format!(
            "INSERT INTO {}.journal (work, step, first_statement, last_statement, alone, statement) VALUES ({}, 0, 0, 0, \
             false, {})",
            Ident(&self.namespace),
            Literal(work),
            Literal(action),
        )
    }

    /// The query of a plan's journal, of the shape of [`Store::read_journal`].
    pub(crate) fn read_plan(&self, work: &str) -> String {
        format!(
            "SELECT NULLIF(step, 0), first_statement, last_statement, alone, statement, indexes_before, finished_at IS NOT \
             NULL, error IS NOT NULL FROM {}.journal WHERE work = {} ORDER BY step",
            Ident(&self.namespace),
            Literal(work),
        )
    }

    /// The query of the plans that were begun and never ended: each with its action, and how many statements are done.
    pub(crate) fn unfinished_plans(&self) -> String {
        let ns = Ident(&self.namespace);
        format!(
            "SELECT j.work, j.statement, (SELECT coalesce(sum(s.last_statement - s.first_statement + 1), 0) FROM \
             {ns}.journal s WHERE s.work = j.work AND s.finished_at IS NOT NULL), \
             pg_catalog.to_char(j.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') FROM {ns}.journal j WHERE \
             j.step = 0 ORDER BY j.started_at",
        )
    }

    /// The query of the number of statements in finished steps.
    pub(crate) fn statements_done(&self, work: &str) -> String {
        format!(
            "SELECT coalesce(sum(last_statement - first_statement + 1), 0) FROM {}.journal WHERE work = {} AND finished_at \
             IS NOT NULL",
            Ident(&self.namespace),
            Literal(work),
        )
    }

    /// The statement that forgets all steps of a piece of work.
    pub(crate) fn forget_work(&self, work: &str) -> String {
        format!(
            "DELETE FROM {}.journal WHERE work OPERATOR(pg_catalog.=) {}",
            Ident(&self.namespace),
            Literal(work)
        )
    }
}
