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
        let needs = Needs::of(todo);
        // Whose rights count is not known here when a setting of the project changes the role.
        let own_role = !self.run.settings.keys().any(|name| name.eq_ignore_ascii_case("role"));
        let none = || async { Ok(Vec::new()) };
        // Sent together: whatever is asked costs one round trip.
        let (extensions, rights, tables, space, tools, replication) = tokio::join!(
            async {
                if skipped.contains_key("missing-extension") {
                    return Ok(());
                }
                preflight::extensions(client, todo, self.migrations, self.embedded).await
            },
            async { if own_role { preflight::rights(client, &needs).await } else { none().await } },
            preflight::tables(client, &needs),
            preflight::space(client, &needs),
            async { if self.embedded { none().await } else { preflight::other_tool(client).await } },
            async { if self.embedded { none().await } else { preflight::replication(client, &needs).await } },
        );
        extensions.map_err(Failure::of)?;
        let mut findings = preflight::features(&needs, executor.major());
        for found in [rights, tables, space, tools, replication] {
            findings.extend(found.map_err(Failure::of)?);
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
        let entry = |(check, reason): (&String, &String)| {
            self.store.audit("skip-preflight", Some(check), &serde_json::json!({ "reason": reason }))
        };
        let entries: Vec<String> = self.run.skipped_checks.iter().map(entry).collect();
        if entries.is_empty() {
            return Ok(());
        }
        let recorded = executor.session.client().batch_execute(&entries.join(";\n")).await;
        recorded.map_err(Error::server("recording what was passed over")).map_err(Failure::of)
    }
}
