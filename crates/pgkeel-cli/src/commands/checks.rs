//! The options of every command that changes a database: which checks before the run are passed over, and why.

use std::collections::BTreeMap;

use clap::Args;
use pgkeel::apply::RunOptions;
use pgkeel::load::Project;
use pgkeel::preflight::CHECKS;

use crate::context::run_options;
use crate::failure::Failure;

/// Checks to pass over.
#[derive(Debug, Args)]
pub struct Checks {
    /// Pass over a check before the run: database-name, standby, read-only, pooler, missing-extension,
    /// missing-privilege, busy-table, prepared-transaction, server-version, disk-space, replication-lag,
    /// other-tool. May be given several times.
    #[arg(long, value_name = "NAME", requires = "reason")]
    skip_preflight: Vec<String>,
    /// Why a check is passed over; it is kept in the audit.
    #[arg(long, requires = "skip_preflight")]
    reason: Option<String>,
}

/// The same for a command that asks for a reason anyway.
#[derive(Debug, Args)]
pub struct ReasonedChecks {
    /// Pass over a check before the change: database-name, standby, read-only, pooler; the reason is that of the change. May be
    /// given several times.
    #[arg(long, global = true, value_name = "NAME")]
    skip_preflight: Vec<String>,
}

impl ReasonedChecks {
    /// The project's options, without these checks.
    pub fn options(self, project: &Project, reason: &str) -> Result<RunOptions, Failure> {
        let checks = Checks { skip_preflight: self.skip_preflight, reason: Some(reason.to_owned()) };
        checks.options(project)
    }
}

impl Checks {
    /// The project's options of a run, without these checks.
    pub fn options(&self, project: &Project) -> Result<RunOptions, Failure> {
        Ok(RunOptions { skipped_checks: self.skipped()?, ..run_options(project) })
    }

    /// The checks to pass over, and why.
    fn skipped(&self) -> Result<BTreeMap<String, String>, Failure> {
        let known = |name: &String| CHECKS.contains(&name.as_str());
        if let Some(unknown) = self.skip_preflight.iter().find(|name| !known(name)) {
            return Err(Failure::usage(
                format!("`{unknown}` is no check before a run"),
                format!("the checks are {}", CHECKS.join(", ")),
            ));
        }
        let reason = self.reason.clone().unwrap_or_default();
        if !self.skip_preflight.is_empty() && reason.trim().is_empty() {
            return Err(Failure::usage("--reason is empty", "say why the check is passed over"));
        }
        Ok(self.skip_preflight.iter().map(|name| (name.clone(), reason.clone())).collect())
    }
}
