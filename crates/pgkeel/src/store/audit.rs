//! Reading the audit, and the schemas that were recorded.

use pgkeel_core::migration::Version;
use pgkeel_core::sql::ident::{Ident, Literal};

use super::Store;

/// A time in RFC 3339.
pub(super) const AT: &str = "pg_catalog.to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";

impl Store {
    /// The query of the newest lines of the audit, of these actions when there are any.
    pub(crate) fn read_audit(&self, limit: usize, actions: &[String]) -> String {
        let names: Vec<String> = actions.iter().map(|action| Literal(action).to_string()).collect();
        let which = if names.is_empty() {
            String::new()
        } else {
            format!("WHERE action = ANY (ARRAY[{}]) ", names.join(", "))
        };
        format!(
            "SELECT id, {AT}, action, target, detail, role, application, pg_catalog.host(client), tool_version FROM \
             {}.audit {which}ORDER BY id DESC LIMIT {limit}",
            Ident(self.namespace())
        )
    }

    /// The query of a repair: what was done, when, its detail, and when it was undone.
    pub(crate) fn read_repair(&self, id: i64) -> String {
        let ns = Ident(self.namespace());
        format!(
            "SELECT action, {AT}, detail, (SELECT u.at FROM {ns}.audit u WHERE u.action = 'undo-fix' AND u.target = '{id}' \
             ORDER BY u.id DESC LIMIT 1) FROM {ns}.audit WHERE id = {id}"
        )
    }

    /// The query of the schema that was recorded after a migration, as the last one of its run.
    pub(crate) fn read_snapshot_of(&self, version: &Version) -> String {
        format!(
            "SELECT schema::text FROM {}.snapshots WHERE version = {} ORDER BY taken_at DESC LIMIT 1",
            Ident(self.namespace()),
            Literal(version.as_str())
        )
    }
}
