//! All the checks before a run, over the statements that it is about to send.

use pgkeel_core::event::Event;
use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::migration::Part;
use pgkeel_core::preflight::needs::Needs;

use super::{features, lacking, other_tool, own_tables, replication, rights, space, tables};
use crate::apply::{Executor, Failure};
use crate::error::Error;

/// What a run is about to do.
pub(crate) struct Intent<'a> {
    /// What an error calls it: `the migrations`.
    pub(crate) what: &'static str,
    /// Its statements.
    pub(crate) parts: &'a [&'a Part],
    /// All statements of the project, for names that look as if they came from an extension; without them only
    /// `CREATE EXTENSION` itself is looked at.
    pub(crate) project: Option<&'a [&'a Part]>,
    /// What the statements need, and what is done beside them.
    pub(crate) needs: Needs,
    /// True for the embedded engine.
    pub(crate) embedded: bool,
}

impl Executor<'_> {
    /// Everything that can be known before the first statement: what only matters is told, what would fail stops the run.
    ///
    /// # Errors
    /// [`Error::Findings`] with what stands in the way; or the connection is gone.
    pub(crate) async fn look_ahead(&self, intent: &Intent<'_>) -> Result<(), Failure> {
        let findings = self.find_ahead(intent).await.map_err(Failure::of)?;
        let (stop, tell): (Vec<_>, Vec<_>) =
            findings.into_iter().partition(|finding| finding.severity >= Severity::Error);
        for finding in tell {
            (self.observe)(Event::Preflight { message: finding.message, help: finding.help });
        }
        if stop.is_empty() {
            return Ok(());
        }
        Err(Failure::Other(Error::Findings { what: in_the_way(stop.len(), intent.what), findings: stop }))
    }

    async fn find_ahead(&self, intent: &Intent<'_>) -> Result<Vec<Finding>, Error> {
        let client = self.session.client();
        let Intent { needs, embedded, .. } = intent;
        let skipped = &self.options.skipped_checks;
        let skips = |name: &str| skipped.contains_key(name);
        // Whose rights count is not known here when a setting of the project changes the role.
        let own_role = !self.options.settings.keys().any(|name| name.eq_ignore_ascii_case("role"));
        let none = || async { Ok(Vec::new()) };
        // Sent together: whatever is asked costs one round trip.
        let found = tokio::join!(
            async {
                if skips("missing-extension") {
                    return Ok(Vec::new());
                }
                lacking(client, intent.parts, intent.project, *embedded).await
            },
            async {
                if skips("server-version") {
                    none().await
                } else {
                    features(client, needs, self.major()).await
                }
            },
            async { if own_role { rights(client, needs, self.major()).await } else { none().await } },
            tables(client, needs),
            space(client, needs),
            async { if *embedded { none().await } else { other_tool(client).await } },
            async { if *embedded { none().await } else { replication(client, needs).await } },
        );
        let (extensions, features, rights, tables, space, tools, replication) = found;
        let mut findings = own_tables(intent.parts, self.store.namespace());
        for found in [extensions, features, rights, tables, space, tools, replication] {
            findings.extend(found?);
        }
        findings.retain(|finding| !skips(&finding.rule));
        Ok(findings)
    }

    /// Whoever passes over a check says why, and the audit remembers it.
    ///
    /// # Errors
    /// It could not be written.
    pub(crate) async fn record_skipped(&self) -> Result<(), Failure> {
        let recorded = self.store.record_skipped(self.session.client(), &self.options.skipped_checks).await;
        recorded.map_err(Failure::of)
    }
}

fn in_the_way(count: usize, what: &str) -> String {
    match count {
        1 => format!("something stands in the way of {what}; nothing was changed"),
        n => format!("{n} things stand in the way of {what}; nothing was changed"),
    }
}
