//! Another migration tool that works on the database right now. No lock keeps it out: it knows none of ours.

use pgkeel_core::finding::{Finding, Severity};

use crate::answer::{Row, ask, text};
use crate::database::Query;
use crate::error::Error;

/// A warning for each session that holds the lock of a tool that is known.
///
/// # Errors
/// The server did not answer.
pub(crate) async fn other_tool(client: &impl Query) -> Result<Vec<Finding>, Error> {
    let rows = ask(client, "looking for other tools", include_str!("other_tool.sql")).await?;
    Ok(rows.iter().map(finding).collect())
}

fn finding(row: &Row) -> Finding {
    let (tool, pid, application, role) = (text(row, 0), text(row, 1), text(row, 2), text(row, 3));
    let message = format!(
        "{tool} seems to be migrating this database: process {pid} ({application}) of {role} holds its lock"
    );
    Finding::new("other-tool", Severity::Warning, message)
        .help("let it end first: two tools that change one schema at a time wait for each other, or worse")
}
