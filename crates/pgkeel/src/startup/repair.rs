//! Start-up with auto-fix: what applied migrations made and is gone is made again before the application serves.

use std::time::Instant;

use pgkeel_core::event::Event;
use pgkeel_core::health::{Reason, Report};

use super::Startup;
use crate::auto_fix::{AutoFixJob, Error, Fixed};
use crate::database::ConnectOptions;
use crate::scratch::Choice;
use crate::source::Workshop;

/// How often it is planned again because another instance has repaired in between.
const ATTEMPTS: usize = 5;

impl Startup {
    /// Whether something is gone that the history or the objects claim. What is merely pending is for the mode.
    pub(super) fn is_damaged(&self, report: &Report) -> bool {
        let reasons = self.subject.verdict(report).reasons;
        reasons.iter().any(|reason| matches!(reason, Reason::SchemaDrift | Reason::LedgerMissing))
    }

    /// Repairs what adding can repair, and says what it did, or why it did nothing. What it cannot do is left to the verdict.
    pub(super) async fn repaired(
        &self,
        begun: Instant,
        scratch: &Choice,
        observe: &(dyn Fn(Event) + Send + Sync),
    ) -> Result<Vec<String>, String> {
        let repairing = self.repair(begun, scratch, observe);
        let why = match tokio::time::timeout(self.rest(begun), repairing).await {
            Ok(Ok(fixes)) => return Ok(fixes),
            Ok(Err(error)) => format!("auto-fix repaired nothing: {error}"),
            Err(_) => format!("auto-fix was not done within {} s", self.deadline.as_secs()),
        };
        tracing::warn!("{why}");
        Err(why)
    }

    async fn repair(
        &self,
        begun: Instant,
        scratch: &Choice,
        observe: &(dyn Fn(Event) + Send + Sync),
    ) -> Result<Vec<String>, Error> {
        let store = &self.subject.store;
        let workshop = Workshop::new(scratch.clone(), vec![store.namespace().to_owned()])
            .with_settings(&self.run.settings);
        let mut attempt = 1;
        loop {
            let job = AutoFixJob {
                target: &self.target,
                connect: ConnectOptions::default().waiting(self.rest(begun)),
                embedded: self.embedded,
                migrations: &self.subject.migrations,
                expect: &self.subject.expect,
                store,
                workshop: &workshop,
                options: &self.run,
                lock_wait: self.rest(begun),
                observe,
            };
            let diagnosis = job.diagnose().await?;
            for left in &diagnosis.left {
                tracing::warn!(object = %left.object, reason = %left.reason, "auto-fix leaves this");
            }
            if diagnosis.is_empty() {
                return Ok(Vec::new());
            }
            match job.apply(&diagnosis).await {
                Ok(fixed) => {
                    let causes =
                        diagnosis.plan().into_iter().flat_map(|plan| &plan.steps).map(|step| &step.cause);
                    let mut causes: Vec<String> = causes.cloned().collect();
                    causes.dedup();
                    return Ok(said(&fixed, causes));
                }
                // Another instance was first: look at what it left.
                Err(Error::Drifted) if attempt < ATTEMPTS => attempt += 1,
                Err(error) => return Err(error),
            }
        }
    }
}

fn said(fixed: &Fixed, causes: Vec<String>) -> Vec<String> {
    let made = causes.into_iter().map(|cause| format!("auto-fix {}: {cause}", fixed.id));
    let recorded =
        fixed.stamped.iter().map(|version| format!("auto-fix {}: migration {version} recorded", fixed.id));
    made.chain(recorded).collect()
}
