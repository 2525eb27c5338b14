//! The journal and the history rows of a rollback.

use pgkeel_core::history::Outcome;
use pgkeel_core::migration::Version;
use pgkeel_core::sql::ident::{Ident, Literal};

use super::Store;

/// What the journal calls the way back of a migration.
pub(crate) fn undo_key(version: &Version) -> String {
    format!("undo {version}")
}

impl Store {
    /// The statement that notes that a migration is being taken back in steps.
    pub(crate) fn set_undoing(&self, version: &Version) -> String {
        format!(
            "UPDATE {}.migrations SET outcome = 'undoing' WHERE version OPERATOR(pg_catalog.=) {}",
            Ident(self.namespace()),
            Literal(version.as_str())
        )
    }

    /// The query of the journal of a way back: no row when it has not begun, one of nulls when it has noted no step.
    pub(crate) fn read_undo(&self, version: &Version) -> String {
        let ns = Ident(self.namespace());
        format!(
            "SELECT j.step, j.first_statement, j.last_statement, j.alone, j.statement, j.indexes_before, j.finished_at IS NOT \
             NULL, j.error IS NOT NULL FROM {ns}.migrations m LEFT JOIN {ns}.journal j ON j.work OPERATOR(pg_catalog.=) {} \
             WHERE m.version OPERATOR(pg_catalog.=) {} AND m.outcome OPERATOR(pg_catalog.=) 'undoing' ORDER BY 1",
            Literal(&undo_key(version)),
            Literal(version.as_str()),
        )
    }

    /// The statements that forget that a way back has begun, when nothing of it is done.
    pub(crate) fn forget_undo(&self, version: &Version, before: Outcome) -> [String; 2] {
        let ns = Ident(self.namespace());
        [
            format!(
                "DELETE FROM {ns}.journal WHERE work OPERATOR(pg_catalog.=) {}",
                Literal(&undo_key(version))
            ),
            format!(
                "UPDATE {ns}.migrations SET outcome = '{}' WHERE version OPERATOR(pg_catalog.=) {}",
                before.as_str(),
                Literal(version.as_str())
            ),
        ]
    }

    /// The statements that take a migration out of the history because it is taken back.
    pub(crate) fn undone(&self, version: &Version) -> [String; 2] {
        let (ns, text) = (Ident(self.namespace()), Literal(version.as_str()));
        [
            format!(
                "DELETE FROM {ns}.journal WHERE work OPERATOR(pg_catalog.=) ANY (ARRAY[{text}, {}])",
                Literal(&undo_key(version))
            ),
            format!("DELETE FROM {ns}.migrations WHERE version OPERATOR(pg_catalog.=) {text}"),
        ]
    }
}
