//! Whether the server's version knows the syntax and the functions of the pending statements.

use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::preflight::needs::Needs;
use pgkeel_core::sql::ident::Literal;

use super::placed;
use crate::answer::{ask, text};
use crate::database::Query;
use crate::error::Error;

/// Statements that a server of major version `major` would answer with a syntax error, or with a function that does not exist.
/// A function of that name that somebody made there is as good.
///
/// # Errors
/// The server did not answer.
pub(crate) async fn features(client: &impl Query, needs: &Needs, major: u32) -> Result<Vec<Finding>, Error> {
    let unknown = needs.features.iter().filter(|(_, since, _)| *since > major);
    let mut findings: Vec<Finding> = unknown
        .map(|(words, since, place)| {
            let message = format!("`{words}` takes PostgreSQL {since}, and the server is PostgreSQL {major}");
            placed(Finding::new("server-version", Severity::Error, message), place)
                .help("write it in the words of the older version, or upgrade the server first")
        })
        .collect();
    let called: Vec<_> = needs.functions.iter().filter(|(_, since, _)| *since > major).collect();
    if called.is_empty() {
        return Ok(findings);
    }
    let names: Vec<String> = called.iter().map(|(name, ..)| Literal(name).to_string()).collect();
    let sql = format!("SELECT proname FROM pg_catalog.pg_proc WHERE proname IN ({})", names.join(", "));
    let there: Vec<String> =
        ask(client, "looking for functions", &sql).await?.iter().map(|row| text(row, 0)).collect();
    for (name, since, place) in
        called.into_iter().filter(|(name, ..)| !there.iter().any(|found| found == name))
    {
        let message =
            format!("function {name}() came with PostgreSQL {since}, and the server is PostgreSQL {major}");
        let finding = placed(Finding::new("server-version", Severity::Error, message), place)
            .help("create a function of that name in a migration before it, or upgrade the server first");
        findings.push(finding);
    }
    Ok(findings)
}
