//! Whether migrations can run on this server through this connection at all.

use pgkeel_core::finding::{Finding, Severity};

use crate::apply::RunOptions;
use crate::database::Capabilities;
use crate::error::Error;

/// Refuses another database than the project's, a standby, a read-only default and a pooler, unless the check is passed
/// over.
///
/// # Errors
/// [`Error::Findings`] with what stands in the way.
pub(crate) fn target(found: &Capabilities, run: &RunOptions) -> Result<(), Error> {
    let skipped = &run.skipped_checks;
    if let Some(name) = run.database_name.as_ref().filter(|name| **name != found.database)
        && !skipped.contains_key("database-name")
    {
        let message = format!("this is database \"{}\", and the project's is \"{name}\"", found.database);
        let finding = Finding::new("database-name", Severity::Error, message)
            .on(format!("database {}", found.database))
            .help("check --database and DATABASE_URL; `name` in [database] says which one is meant");
        return Err(refused(finding));
    }
    let rule = if found.in_recovery {
        "standby"
    } else if found.read_only {
        "read-only"
    } else {
        "pooler"
    };
    let Some(obstacle) = found.obstacle().filter(|_| !skipped.contains_key(rule)) else { return Ok(()) };
    let (message, help) = match obstacle.split_once([';', ':']) {
        Some((message, help)) => (message.to_owned(), Some(help.trim().to_owned())),
        None => (obstacle, None),
    };
    let help = match (rule, help) {
        ("pooler", help) => Some(format!(
            "{}; if the pool keeps a connection per session, `--skip-preflight pooler --reason ...` goes on: behind one that \
             changes it with each transaction, the lock of a run would belong to everybody",
            help.unwrap_or_default()
        )),
        (_, help) => help,
    };
    let mut finding = Finding::new(rule, Severity::Error, message).on(format!("database {}", found.database));
    if let Some(help) = help {
        finding = finding.help(help);
    }
    Err(refused(finding))
}

fn refused(finding: Finding) -> Error {
    Error::Findings {
        what: "migrations cannot run on this connection; nothing was changed".to_owned(),
        findings: vec![finding],
    }
}
