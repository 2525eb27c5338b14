//! Checks before a run that were passed over.

use std::collections::BTreeMap;

use tokio_postgres::Client;

use super::Store;
use crate::error::Error;

impl Store {
    /// Notes in the audit which checks are passed over, and why.
    ///
    /// # Errors
    /// It could not be written.
    pub(crate) async fn record_skipped(
        &self,
        client: &Client,
        skipped: &BTreeMap<String, String>,
    ) -> Result<(), Error> {
        let entry = |(check, reason): (&String, &String)| {
            self.audit("skip-preflight", Some(check), &serde_json::json!({ "reason": reason }))
        };
        let entries: Vec<String> = skipped.iter().map(entry).collect();
        if entries.is_empty() {
            return Ok(());
        }
        let recorded = client.batch_execute(&entries.join(";\n")).await;
        recorded.map_err(Error::server("recording what was passed over"))
    }
}
