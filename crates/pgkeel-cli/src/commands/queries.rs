//! The application's own queries, for `validate --queries` and whatever else reports on them.

use std::path::Path;

use pgkeel::database::ReadOnly;
use pgkeel::load::Project;
use pgkeel::queries::{self, STATISTICS};
use pgkeel_core::finding::Finding;
use pgkeel_core::queries::Query;

use crate::context::{Context, Opened};
use crate::failure::Failure;

/// Prepares the queries of `sources`, or of `[expect] queries` when there are none, on the database.
pub async fn query_findings(
    context: &Context,
    project: &Project,
    opened: &Opened,
    sources: &[String],
) -> Result<Vec<Finding>, Failure> {
    let configured = sources.is_empty();
    let sources = if configured { &project.config.expect.queries } else { sources };
    if sources.is_empty() {
        return Ok(Vec::new());
    }
    let session = ReadOnly::open(&opened.target, &context.connect_options("validate")).await?;
    let (mut all, mut findings) = (Vec::new(), Vec::new());
    for source in sources {
        if source == STATISTICS {
            let recorded = queries::recorded(&session, &project.config.migrations.history_namespace).await?;
            recorded.notes.iter().for_each(|note| context.screen.note(note));
            all.extend(recorded.queries);
            continue;
        }
        let (found, unreadable) = in_files(project, source, configured)?;
        all.extend(found);
        findings.extend(unreadable);
    }
    let report = queries::check(&session, &all).await?;
    session.close().await;
    context.screen.note(&format!("{} of {} queries were prepared", report.checked, all.len()));
    for unchecked in report.unchecked.iter().take(if context.screen.verbose > 0 { usize::MAX } else { 5 }) {
        context.screen.note(&format!("not checked: {unchecked}"));
    }
    findings.extend(report.findings());
    Ok(findings)
}

/// The queries of a file or folder: one that the configuration names is relative to the project, one on the command line
/// to where we are, or else to the project.
pub fn in_files(
    project: &Project,
    source: &str,
    configured: bool,
) -> Result<(Vec<Query>, Vec<Finding>), Failure> {
    let given = Path::new(source);
    let path = if !configured && given.exists() { given.to_owned() } else { project.root.join(given) };
    if !path.exists() {
        return Err(Failure::usage(
            format!("{source} is neither a file nor a folder of queries"),
            "name a folder of .sql files, one such file, or pg_stat_statements",
        ));
    }
    Ok(queries::from_files(&path, given)?)
}
