//! Tables that are written anew need their size once more on the disk, until the transaction ends.

use std::path::Path;

use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::preflight::needs::{Needs, Rewrite};
use pgkeel_core::sql::ident::Literal;

use super::placed;
use crate::answer::{Row, ask, text};
use crate::database::Query;
use crate::error::Error;

/// A rewrite of a smaller table is not worth a word.
const LARGE: u64 = 1024 * 1024 * 1024;

/// Rewrites of large tables, and those for which the disk has no room: an error then. The disk is known when the server
/// runs on this machine and the role may see where it keeps its data.
///
/// # Errors
/// The server did not answer.
pub(crate) async fn space(client: &impl Query, needs: &Needs) -> Result<Vec<Finding>, Error> {
    if needs.rewrites.is_empty() {
        return Ok(Vec::new());
    }
    let value = |(index, (table, why, _)): (usize, &(String, Rewrite, _))| {
        let (kind, column, to) = match why {
            Rewrite::Type { column, to } => ("type", column.as_str(), to.as_str()),
            Rewrite::Logged(true) => ("logged", "", ""),
            Rewrite::Logged(false) => ("unlogged", "", ""),
            Rewrite::Always => ("always", "", ""),
        };
        format!("({index}, {}, '{kind}', {}, {})", Literal(table), Literal(column), Literal(to))
    };
    let values: Vec<String> = needs.rewrites.iter().enumerate().map(value).collect();
    let sql = include_str!("space.sql").replace("{rewrites}", &values.join(", "));
    // A type that only a migration before it creates makes to_regtype fail on some versions: then nothing is known.
    let rows = match ask(client, "looking at the size of tables", &sql).await {
        Err(error) if !error.is_disconnect() => return Ok(Vec::new()),
        rows => rows?,
    };
    Ok(rows.iter().filter_map(|row| finding(row, needs)).collect())
}

fn finding(row: &Row, needs: &Needs) -> Option<Finding> {
    let (.., place) = needs.rewrites.get(text(row, 0).parse::<usize>().ok()?)?;
    let (name, size, pretty) = (text(row, 1), text(row, 2).parse::<u64>().ok()?, text(row, 3));
    let folder = row.get(4).cloned().flatten();
    let free = folder.and_then(|folder| free(Path::new(&folder)));
    let finding = match free {
        Some(free) if free < size => Finding::new(
            "disk-space",
            Severity::Error,
            format!(
                "table {name} ({pretty}) is written anew, and the server's disk has only {} MB left",
                free / 1024 / 1024
            ),
        )
        .help("free space on the disk, or change the table in steps: a new column, filled in batches"),
        _ if size >= LARGE => Finding::new(
            "disk-space",
            Severity::Warning,
            format!(
                "table {name} is written anew: that takes {pretty} more on the server's disk, and nobody reads it meanwhile"
            ),
        ),
        _ => return None,
    };
    Some(placed(finding, place).on(format!("table {name}")))
}

/// Bytes that are free on the disk of a folder, when this process can see it.
#[cfg(unix)]
fn free(folder: &Path) -> Option<u64> {
    // Only its owner may look into it; that it is there tells that the server is in this very file system.
    folder.is_dir().then_some(())?;
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Elsewhere nothing is known of disks.
#[cfg(not(unix))]
fn free(_folder: &Path) -> Option<u64> {
    None
}
