//! The journal: what of a migration that cannot be one transaction has begun, and what is done.

use pgkeel_core::migration::{Migration, Version};
use pgkeel_core::sql::ident::{Ident, Literal};

use super::Store;

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

impl Store {
    /// The statement that notes that a step begins.
    pub(crate) fn begin_step(&self, version: &Version, note: &Note) -> String {
        let (ns, version) = (Ident(&self.namespace), Literal(version.as_str()));
        let Note { step, first, last, alone, text, indexes } = note;
        let indexes = indexes.as_ref().map_or("NULL".to_owned(), |list| Literal(list).to_string());
        format!(
            "INSERT INTO {ns}.journal (version, step, first_statement, last_statement, alone, statement, indexes_before) \
             VALUES ({version}, {step}, {first}, {last}, {alone}, {}, {indexes}) ON CONFLICT (version, step) DO UPDATE SET \
             first_statement = excluded.first_statement, last_statement = excluded.last_statement, alone = excluded.alone, \
             statement = excluded.statement, indexes_before = excluded.indexes_before, started_at = \
             pg_catalog.clock_timestamp(), finished_at = NULL, error = NULL",
            Literal(text),
        )
    }

    /// The statement that notes how a step ended.
    pub(crate) fn end_step(&self, version: &Version, step: usize, error: Option<&str>) -> String {
        format!(
            "UPDATE {}.journal SET finished_at = {}, error = {} WHERE version OPERATOR(pg_catalog.=) {} AND step \
             OPERATOR(pg_catalog.=) {step}",
            Ident(&self.namespace),
            if error.is_none() { "pg_catalog.clock_timestamp()" } else { "NULL" },
            error.map_or("NULL".to_owned(), |text| Literal(text).to_string()),
            Literal(version.as_str()),
        )
    }

    /// The statement that forgets a step, so that it runs again.
    pub(crate) fn forget_step(&self, version: &Version, step: usize) -> String {
        format!(
            "DELETE FROM {}.journal WHERE version OPERATOR(pg_catalog.=) {} AND step OPERATOR(pg_catalog.=) {step}",
            Ident(&self.namespace),
            Literal(version.as_str()),
        )
    }

    /// The query of a migration's journal. A migration that has begun and noted no step yet has one row of nulls, one
    /// that has not begun has none.
    pub(crate) fn read_journal(&self, version: &Version) -> String {
        let ns = Ident(&self.namespace);
        format!(
            "SELECT j.step, j.first_statement, j.last_statement, j.alone, j.statement, j.indexes_before, j.finished_at IS \
             NOT NULL, j.error IS NOT NULL FROM {ns}.migrations m LEFT JOIN {ns}.journal j ON j.version OPERATOR(pg_catalog.=) m.version WHERE \
             m.version OPERATOR(pg_catalog.=) {} AND m.outcome OPERATOR(pg_catalog.=) ANY (ARRAY['started', 'failed']) \
             ORDER BY 1",
            Literal(version.as_str()),
        )
    }

    /// The statements that forget that a migration has begun, when nothing of it is left.
    pub(crate) fn forget_begun(&self, version: &Version) -> [String; 2] {
        let (ns, version) = (Ident(&self.namespace), Literal(version.as_str()));
        [
            format!("DELETE FROM {ns}.journal WHERE version OPERATOR(pg_catalog.=) {version}"),
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
}
