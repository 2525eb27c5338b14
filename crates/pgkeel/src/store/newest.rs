//! What the audit got since a run began. It is written in the transaction of the work that it is about, so it tells
//! whether a COMMIT of which nobody heard took place.

use pgkeel_core::sql::ident::{Ident, Literal};

use super::Store;
use crate::answer::{ask, text};
use crate::database::Query;
use crate::error::Error;

impl Store {
    /// The number of the newest entry of the audit; 0 when it has none.
    ///
    /// # Errors
    /// The server failed.
    pub(crate) async fn newest_audit(&self, client: &impl Query) -> Result<i64, Error> {
        let sql = format!("SELECT coalesce(max(id), 0) FROM {}.audit", Ident(&self.namespace));
        let rows = ask(client, "reading the audit", &sql).await?;
        Ok(rows.first().and_then(|row| text(row, 0).parse().ok()).unwrap_or_default())
    }

    /// The detail of the newest entry about `target` after entry `before`.
    ///
    /// # Errors
    /// The server failed.
    pub(crate) async fn audited_since(
        &self,
        client: &impl Query,
        before: i64,
        target: &str,
    ) -> Result<Option<serde_json::Value>, Error> {
        let sql = format!(
            "SELECT detail FROM {}.audit WHERE id > {before} AND target = {} ORDER BY id DESC LIMIT 1",
            Ident(&self.namespace),
            Literal(target)
        );
        let rows = ask(client, "reading the audit", &sql).await?;
        Ok(rows.first().and_then(|row| serde_json::from_str(&text(row, 0)).ok()))
    }
}
