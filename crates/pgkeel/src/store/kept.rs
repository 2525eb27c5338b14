//! What rollbacks set aside instead of dropping it: tables in namespaces of their own, columns under another name.

use pgkeel_core::migration::Version;
use pgkeel_core::sql::ident::{Ident, Literal};

use super::{Store, TOOL_VERSION};

impl Store {
    /// The statement that moves a table out of the way of the statement that drops it, when it holds rows.
    pub(crate) fn keep_table(&self, version: &Version, table: &str, cascade: bool, days: u32) -> String {
        self.keep(include_str!("keep_table.sql"), version, cascade, days)
            .replace("{table}", &Literal(table).to_string())
    }

    /// The statement that gives a column another name before a statement drops it, when it holds values.
    pub(crate) fn keep_column(
        &self,
        version: &Version,
        table: &str,
        column: &str,
        cascade: bool,
        days: u32,
    ) -> String {
        self.keep(include_str!("keep_column.sql"), version, cascade, days)
            .replace("{table}", &Literal(table).to_string())
            .replace("{column}", &Literal(column).to_string())
    }

    fn keep(&self, template: &str, version: &Version, cascade: bool, days: u32) -> String {
        template
            .trim_end()
            .replace("{ns}", &Ident(self.namespace()).to_string())
            .replace("{place}", &Literal(&format!("{}_kept_", self.namespace())).to_string())
            .replace("{version}", &Literal(version.as_str()).to_string())
            .replace("{cascade}", if cascade { "true" } else { "false" })
            .replace("{days}", &days.to_string())
    }

    /// The statement that puts back what was kept of these migrations, as far as there is a place for it again.
    pub(crate) fn restore_kept<'v>(&self, versions: impl IntoIterator<Item = &'v Version>) -> String {
        let list: Vec<String> =
            versions.into_iter().map(|version| Literal(version.as_str()).to_string()).collect();
        include_str!("restore.sql")
            .trim_end()
            .replace("{ns}", &Ident(self.namespace()).to_string())
            .replace("{versions}", &format!("ARRAY[{}]::text[]", list.join(", ")))
            .replace("{tool}", &Literal(TOOL_VERSION).to_string())
    }

    /// The query of what is kept.
    pub(crate) fn read_kept(&self) -> String {
        const TIME: &str = "AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')";
        format!(
            "SELECT id, version, kind, pg_catalog.concat_ws('.', namespace, relation, attribute), \
             pg_catalog.to_char(kept_at {TIME}, pg_catalog.to_char(expires_at {TIME}, expires_at < \
             pg_catalog.clock_timestamp(), kept_namespace, kept_attribute, (SELECT c.oid::regclass::text FROM \
             pg_catalog.pg_class c WHERE c.oid = holder) FROM {}.kept ORDER BY id",
            Ident(self.namespace())
        )
    }

    /// The statement that forgets what was kept.
    pub(crate) fn forget_kept(&self, id: i64) -> String {
        format!("DELETE FROM {}.kept WHERE id = {id}", Ident(self.namespace()))
    }
}
