//! What start-up found and did, in the words of a log.

use std::fmt;
use std::time::Duration;

use pgkeel_core::health::{Report, Status, Verdict};

use super::Environment;

/// Labels of migrations that are named at most.
const NAMED: usize = 5;

/// What start-up found and did.
#[derive(Debug, Clone)]
pub struct Ready {
    /// What it saw at the end.
    pub report: Report,
    /// What that means.
    pub verdict: Verdict,
    /// Labels of the migrations that this instance applied.
    pub applied: Vec<String>,
    /// Repairs that were allowed, and why they were not made.
    pub notes: Vec<String>,
    /// The database's address, without its secrets.
    pub database: String,
    /// Where the application runs.
    pub environment: Environment,
    /// How long it took.
    pub elapsed: Duration,
}

impl Ready {
    /// Whether the application must not start.
    pub fn stops(&self) -> bool {
        self.verdict.status == Status::Fail && self.environment == Environment::Production
    }

    /// Which migrations it is about and what to do, a line each; empty when all is well. It names objects and the
    /// database: for the log, not for the public.
    pub fn advice(&self) -> Vec<String> {
        let mut lines = self.notes.clone();
        if let Some(standing) = &self.report.migrations {
            let lists = [
                ("pending", &standing.pending),
                ("not finished", &standing.dirty),
                ("changed after they were applied", &standing.modified),
                ("unknown to this build", &standing.unknown),
            ];
            let told = lists.iter().filter(|(_, labels)| !labels.is_empty());
            lines.extend(told.map(|(word, labels)| format!("{word}: {}", named(labels))));
        }
        if matches!(self.verdict.status, Status::Warn | Status::Fail) {
            lines.push(format!("database: {}", self.database));
            for reason in &self.verdict.reasons {
                lines.extend(reason.remedy().map(|remedy| format!("{}: {remedy}", reason.as_str())));
            }
        }
        lines
    }
}

fn named(labels: &[String]) -> String {
    let shown: Vec<&str> = labels.iter().take(NAMED).map(String::as_str).collect();
    let more = labels.len().saturating_sub(NAMED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", shown.join(", "))
}

impl fmt::Display for Ready {
    /// One line that a person can grep: `schema ok: 42 applied, 2 by this instance, 180 ms`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reasons: Vec<_> = self.verdict.reasons.iter().map(|reason| reason.as_str()).collect();
        let reasons = reasons.join(", ");
        match self.verdict.status {
            Status::Pass => f.write_str("schema ok")?,
            Status::Warn => write!(f, "schema ok with warnings ({reasons})")?,
            Status::Skipped => f.write_str("schema not judged")?,
            Status::Fail if self.stops() => write!(f, "not started: schema not ready ({reasons})")?,
            Status::Fail => {
                write!(
                    f,
                    "started although the schema is not ready ({reasons}), which only production refuses"
                )?;
            }
        }
        if let Some(standing) = &self.report.migrations {
            write!(
                f,
                ": {} applied, {} by this instance, {} pending",
                standing.applied,
                self.applied.len(),
                standing.pending.len()
            )?;
        }
        write!(f, ", {} ms", self.elapsed.as_millis())
    }
}
