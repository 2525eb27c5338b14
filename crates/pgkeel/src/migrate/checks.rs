//! The checks before a run, and what is done about what they find.

use pgkeel_core::event::Event;
use pgkeel_core::finding::Severity;
use pgkeel_core::migration::Migration;
use pgkeel_core::preflight::needs::Needs;

use super::Job;
use crate::apply::{Executor, Failure};
use crate::error::Error;
use crate::preflight;

impl Job<'_> {
    /// Everything that can be known before the first statement.
    pub(super) async fn preflight(
        &self,
        executor: &Executor<'_>,
        todo: &[&Migration],
    ) -> Result<(), Failure> {
        let client = executor.session.client();
        let skipped = &self.run.skipped_checks;
        if !skipped.contains_key("missing-extension") {
            let checked = preflight::extensions(client, todo, self.migrations, self.embedded).await;
            checked.map_err(Failure::of)?;
        }
        let needs = Needs::of(todo);
        let mut findings = preflight::features(&needs, executor.major());
        // Whose rights count is not known here when a setting of the project changes the role.
        if !self.run.settings.keys().any(|name| name.eq_ignore_ascii_case("role")) {
            findings.extend(preflight::rights(client, &needs).await.map_err(Failure::of)?);
        }
        findings.extend(preflight::tables(client, &needs).await.map_err(Failure::of)?);
        findings.extend(preflight::space(client, &needs).await.map_err(Failure::of)?);
        if !self.embedded {
            findings.extend(preflight::other_tool(client).await.map_err(Failure::of)?);
            findings.extend(preflight::replication(client, &needs).await.map_err(Failure::of)?);
        }
        findings.retain(|finding| !skipped.contains_key(&finding.rule));
        let (stop, tell): (Vec<_>, Vec<_>) =
            findings.into_iter().partition(|finding| finding.severity >= Severity::Error);
        for finding in tell {
            (self.observe)(Event::Preflight { message: finding.message, help: finding.help });
        }
        if !stop.is_empty() {
            let what = match stop.len() {
                1 => "something stands in the way of the migrations; nothing was changed".to_owned(),
                n => format!("{n} things stand in the way of the migrations; nothing was changed"),
            };
            return Err(Failure::Other(Error::Findings { what, findings: stop }));
        }
        Ok(())
    }

    /// Whoever passes over a check says why, and the audit remembers it.
    pub(super) async fn record_skipped(&self, executor: &Executor<'_>) -> Result<(), Failure> {
        for (check, reason) in &self.run.skipped_checks {
            let detail = serde_json::json!({ "reason": reason });
            let audit = self.store.audit("skip-preflight", Some(check), &detail);
            let recorded = executor.session.client().batch_execute(&audit).await;
            recorded.map_err(|source| {
                Failure::of(Error::Server { doing: "recording what was passed over".to_owned(), source })
            })?;
        }
        Ok(())
    }
}
