//! Whether the server's version knows the syntax of the pending statements.

use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::preflight::needs::Needs;

use super::placed;

/// Statements that a server of major version `major` would answer with a syntax error.
pub(crate) fn features(needs: &Needs, major: u32) -> Vec<Finding> {
    let unknown = needs.features.iter().filter(|(_, since, _)| *since > major);
    unknown
        .map(|(words, since, place)| {
            let message = format!("`{words}` takes PostgreSQL {since}, and the server is PostgreSQL {major}");
            placed(Finding::new("server-version", Severity::Error, message), place)
                .help("write it in the words of the older version, or upgrade the server first")
        })
        .collect()
}
