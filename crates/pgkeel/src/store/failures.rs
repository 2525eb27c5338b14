//! Migrations that failed in their one transaction: of these nothing is in the database but a line of the audit.

use pgkeel_core::migration::{Migration, Version};
use pgkeel_core::sql::ident::{Ident, Literal};
use pgkeel_core::sql::secrets::masked;
use serde_json::json;

use super::Store;
use super::audit::AT;
use crate::answer::{Row, text};
use crate::statement_error::StatementError;

/// What the last attempt ended with.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct LastFailure {
    /// When, RFC 3339.
    pub at: String,
    /// The line of the file, from 1.
    pub line: usize,
    /// What the server said.
    pub message: String,
    /// What the file said then.
    #[serde(skip)]
    pub(crate) checksum: String,
}

impl Store {
    /// The statement that records that a migration failed and was rolled back as a whole.
    pub(crate) fn record_failure(&self, migration: &Migration, error: &StatementError) -> String {
        let detail = json!({
            "name": migration.name,
            "checksum": migration.up.checksum.value,
            "line": error.position.line,
            "sqlstate": error.sqlstate,
            "message": masked(error.message.trim_start_matches("error: ")),
        });
        self.audit("fail", Some(migration.version.as_str()), &detail)
    }

    /// The query of the versions of which the last thing that was done failed.
    pub(crate) fn read_failures(&self, versions: &[&Version]) -> String {
        let versions: Vec<String> =
            versions.iter().map(|version| Literal(version.as_str()).to_string()).collect();
        format!(
            "SELECT target, at, detail->>'line', detail->>'message', detail->>'checksum' FROM (SELECT DISTINCT ON (target) \
             target, action, {AT} AS at, detail FROM {}.audit WHERE target = ANY (ARRAY[{}]::text[]) ORDER BY target, id \
             DESC) AS last WHERE action = 'fail'",
            Ident(self.namespace()),
            versions.join(", ")
        )
    }
}

/// A row of [`Store::read_failures`].
pub(crate) fn last_failure(row: &Row) -> Option<(Version, LastFailure)> {
    let line = text(row, 2).parse().unwrap_or(1);
    let failure = LastFailure { at: text(row, 1), line, message: text(row, 3), checksum: text(row, 4) };
    Some((Version::parse(&text(row, 0))?, failure))
}
