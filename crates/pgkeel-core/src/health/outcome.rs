//! What a check found: a status, findings, what could not be judged, and numbers for the metrics.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Check, HealthSettings, Limits, Row, Samples};
use crate::finding::{Finding, Fix, Severity};

/// Findings that one check reports at most; the rest is counted in `truncated`.
pub const FINDINGS_KEPT: usize = 50;

/// The result of a check. What was not judged never counts as passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Judged, and nothing above information was found.
    Pass,
    /// Not judged: a privilege is missing, the window is too short, the server is too old or did not answer.
    Skipped,
    /// Something should be dealt with.
    Warn,
    /// Something must be dealt with.
    Fail,
}

impl Status {
    /// The word in every format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Skipped => "skipped",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// A number that a check read, for metrics and pages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// What, with its unit last, e.g. `used_ratio`.
    pub name: String,
    /// Of which object; none for the whole database.
    pub object: Option<String>,
    /// How much.
    pub value: f64,
}

/// What one check found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The check's id.
    pub check: String,
    /// Its result.
    pub status: Status,
    /// What it found, worst first.
    pub findings: Vec<Finding>,
    /// Findings beyond those kept.
    pub truncated: usize,
    /// What could not be judged, and why.
    pub skipped: Vec<String>,
    /// Numbers it read.
    pub measures: Vec<Measure>,
}

impl Outcome {
    /// A check that has not judged anything yet.
    pub fn empty(check: &Check) -> Self {
        Self {
            check: check.id.to_owned(),
            status: Status::Pass,
            findings: Vec::new(),
            truncated: 0,
            skipped: Vec::new(),
            measures: Vec::new(),
        }
    }

    /// A check that could not be asked.
    pub fn skipped(check: &Check, reason: impl Into<String>) -> Self {
        let mut outcome = Self::empty(check);
        outcome.skip(reason);
        outcome.status = Status::Skipped;
        outcome
    }

    /// Judges the rows that a check's query gave; `total` counts them all, also those that were cut off.
    pub fn judge(check: &Check, rows: &[Value], total: usize, settings: &HealthSettings) -> Self {
        Self::judge_with(check, rows, total, settings, &Samples::default())
    }

    /// The same, with what earlier samples say of the rows' objects.
    pub fn judge_with(
        check: &Check,
        rows: &[Value],
        total: usize,
        settings: &HealthSettings,
        samples: &Samples,
    ) -> Self {
        let mut outcome = Self::empty(check);
        let own = settings.checks.get(check.id);
        let limits = Limits { check, overrides: own.map(|own| &own.limits) };
        for row in rows {
            let completed = samples.complete(check.id, row);
            let row = Row(completed.as_ref().unwrap_or(row));
            if let Some(reason) = row.maybe_text("skipped") {
                outcome.skip(reason);
            } else {
                (check.judge)(row, &limits, &mut outcome);
            }
        }
        outcome.findings.retain(|finding| !own.is_some_and(|own| own.ignores(finding)));
        outcome.findings.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.object.cmp(&b.object)));
        outcome.status = match outcome.findings.first().map(|finding| finding.severity) {
            Some(Severity::Error | Severity::Critical) => Status::Fail,
            Some(Severity::Warning) => Status::Warn,
            _ if outcome.skipped.is_empty() => Status::Pass,
            _ => Status::Skipped,
        };
        outcome.truncated =
            outcome.findings.len().saturating_sub(FINDINGS_KEPT) + total.saturating_sub(rows.len());
        outcome.findings.truncate(FINDINGS_KEPT);
        outcome
    }

    /// Says what could not be judged; the same reason is kept once.
    pub fn skip(&mut self, reason: impl Into<String>) {
        let reason = reason.into();
        if !self.skipped.contains(&reason) {
            self.skipped.push(reason);
        }
    }

    /// Adds a finding about an object.
    pub fn add(
        &mut self,
        severity: Severity,
        object: impl Into<String>,
        message: impl Into<String>,
    ) -> &mut Finding {
        let place = self.findings.len();
        self.findings.push(Finding::new(&self.check, severity, message).on(object));
        &mut self.findings[place]
    }

    /// Adds a number.
    pub fn measure(&mut self, name: &str, object: Option<String>, value: f64) {
        self.measures.push(Measure { name: name.to_owned(), object, value });
    }
}

impl Finding {
    /// Gives the finding a repair in SQL.
    pub fn repair(&mut self, title: impl Into<String>, sql: impl Into<String>) -> &mut Self {
        self.fix = Some(Fix { title: title.into(), sql: Some(sql.into()), ..Fix::default() });
        self
    }

    /// Gives the finding advice in words.
    pub fn advise(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }
}

/// Error at or above the second limit, warning at or above the first, nothing below.
pub(super) fn grade(value: f64, warn: f64, fail: f64) -> Option<Severity> {
    if value >= fail {
        Some(Severity::Error)
    } else if value >= warn {
        Some(Severity::Warning)
    } else {
        None
    }
}

/// `1.5 GiB`, for messages.
pub(super) fn bytes(value: f64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let (mut value, mut unit) = (value, 0);
    while value >= 1024.0 && unit + 1 < units.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 { format!("{value:.0} B") } else { format!("{value:.1} {}", units[unit]) }
}

/// `93 %`, for messages.
pub(super) fn percent(ratio: f64) -> String {
    format!("{:.1} %", ratio * 100.0)
}

/// `12 days`, for messages.
pub(super) fn days(value: f64) -> String {
    let whole = format!("{value:.0}");
    if whole == "1" { "1 day".to_owned() } else { format!("{whole} days") }
}

/// `2 h 5 min`, for messages.
pub(super) fn duration(seconds: f64) -> String {
    let minutes = (seconds / 60.0).floor();
    let hours = (minutes / 60.0).floor();
    if seconds < 120.0 {
        format!("{seconds:.0} s")
    } else if minutes < 120.0 {
        format!("{minutes:.0} min")
    } else if hours < 48.0 {
        format!("{hours:.0} h {:.0} min", minutes - hours * 60.0)
    } else {
        days((hours / 24.0).floor())
    }
}
