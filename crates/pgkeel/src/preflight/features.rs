//! Whether the server's version knows the syntax and the functions of the pending statements.

use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::preflight::needs::{Feature, Needs};
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
    let mut findings = Vec::new();
    for feature in needs.features.iter().filter(|feature| feature.since > major) {
        let Feature { words, since, statement, place } = feature;
        if let Some(statement) = statement
            && parses(client, statement).await?
        {
            continue;
        }
        let message = format!("`{words}` takes PostgreSQL {since}, and the server is PostgreSQL {major}");
        let finding = placed(Finding::new("server-version", Severity::Error, message), place)
            .help("write it in the words of the older version, or upgrade the server first");
        findings.push(finding);
    }
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

/// Whether the server's parser takes a statement, which is not run: a query is parsed as a whole before anything of it is
/// executed, and its first statement fails (the manual's "Multiple Statements in a Simple Query").
async fn parses(client: &impl Query, statement: &str) -> Result<bool, Error> {
    match ask(client, "asking whether it knows the syntax", &format!("SELECT 1/0;\n{statement}")).await {
        Ok(_) => Ok(true),
        Err(error) if error.is_disconnect() => Err(error),
        Err(error) => Ok(error.sqlstate() != Some("42601")),
    }
}
