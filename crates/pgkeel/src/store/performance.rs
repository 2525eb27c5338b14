//! Snapshots of `pg_stat_statements` around runs.

use pgkeel_core::performance::Snapshot;
use pgkeel_core::sql::ident::{Ident, Literal};

use super::{Store, is_undefined};
use crate::answer::{ask, text};
use crate::database::Query;
use crate::error::Error;

/// Runs whose snapshots are kept.
const RUNS: u32 = 50;

/// The snapshots of one run.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Run {
    /// Versions that it was to apply.
    pub(crate) versions: Vec<String>,
    /// Before it.
    pub(crate) before: Snapshot,
    /// After it; none when it failed.
    pub(crate) after: Option<Snapshot>,
}

impl Store {
    /// Keeps the snapshot before a run; gives its number.
    pub(crate) async fn keep_performance(
        &self,
        client: &impl Query,
        versions: &[&str],
        snapshot: &str,
    ) -> Result<i64, Error> {
        let ns = Ident(self.namespace());
        let list = serde_json::Value::from(versions).to_string();
        let sql = format!(
            "DELETE FROM {ns}.performance WHERE id <= (SELECT pg_catalog.max(id) - {RUNS} FROM {ns}.performance);
INSERT INTO {ns}.performance (versions, before) VALUES ({}, {}) RETURNING id",
            Literal(&list),
            Literal(snapshot),
        );
        let rows = ask(client, "keeping the counters of pg_stat_statements", &sql).await?;
        Ok(rows.first().and_then(|row| text(row, 0).parse().ok()).unwrap_or_default())
    }

    /// Keeps the snapshot after it.
    pub(crate) async fn complete_performance(
        &self,
        client: &impl Query,
        run: i64,
        snapshot: &str,
    ) -> Result<(), Error> {
        let (ns, data) = (Ident(self.namespace()), Literal(snapshot));
        let sql = format!("UPDATE {ns}.performance SET after = {data} WHERE id = {run}");
        ask(client, "keeping the counters of pg_stat_statements", &sql).await.map(|_| ())
    }

    /// The versions of the runs whose snapshots are kept, in the order of the runs.
    pub(crate) async fn performance_versions(&self, client: &impl Query) -> Result<Vec<String>, Error> {
        let ns = Ident(self.namespace());
        let sql = format!(
            "SELECT pg_catalog.jsonb_array_elements_text(versions) FROM {ns}.performance WHERE after IS NOT NULL ORDER BY id"
        );
        match ask(client, "reading the counters that were kept", &sql).await {
            Err(Error::Server { source, .. }) if is_undefined(&source) => Ok(Vec::new()),
            rows => Ok(rows?.iter().map(|row| text(row, 0)).collect()),
        }
    }

    /// The run that applied `version`, or the last one: with the run before it and the run after it.
    pub(crate) async fn performance(
        &self,
        client: &impl Query,
        version: Option<&str>,
    ) -> Result<Option<(Option<Run>, Run, Option<Run>)>, Error> {
        let ns = Ident(self.namespace());
        let wanted = version.map_or_else(
            || "true".to_owned(),
            |version| {
                let list = serde_json::Value::from(vec![version]).to_string();
                format!("versions @> {}::jsonb", Literal(&list))
            },
        );
        let columns = "versions, before, after";
        let sql = format!(
            "WITH wanted AS (SELECT id FROM {ns}.performance WHERE {wanted} AND after IS NOT NULL ORDER BY id DESC LIMIT 1)
(SELECT -1, {columns} FROM {ns}.performance WHERE id < (SELECT id FROM wanted) AND after IS NOT NULL ORDER BY id DESC LIMIT 1)
UNION ALL (SELECT 0, {columns} FROM {ns}.performance WHERE id = (SELECT id FROM wanted))
UNION ALL (SELECT 1, {columns} FROM {ns}.performance WHERE id > (SELECT id FROM wanted) ORDER BY id LIMIT 1)"
        );
        let rows = match ask(client, "reading the counters that were kept", &sql).await {
            Err(Error::Server { source, .. }) if is_undefined(&source) => return Ok(None),
            rows => rows?,
        };
        let (mut earlier, mut this, mut later) = (None, None, None);
        for row in &rows {
            let run = Run {
                versions: serde_json::from_str(&text(row, 1)).unwrap_or_default(),
                before: serde_json::from_str(&text(row, 2)).unwrap_or_default(),
                after: serde_json::from_str(&text(row, 3)).ok(),
            };
            match text(row, 0).as_str() {
                "-1" => earlier = Some(run),
                "0" => this = Some(run),
                _ => later = Some(run),
            }
        }
        Ok(this.map(|this| (earlier, this, later)))
    }
}
