//! Whether the server's version knows the syntax and the functions of the pending statements.

use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::preflight::needs::{Feature, Needs, Place};
use pgkeel_core::sql::ident::Literal;
use tokio_postgres::error::SqlState;

use super::placed;
use crate::answer::{ask, text};
use crate::database::Query;
use crate::error::{Error, ends_the_connection};

/// Statements that a server of major version `major` would answer with a syntax error, or with a function that does not exist.
/// A function of that name that somebody made there is as good.
///
/// # Errors
/// The server did not answer.
pub(crate) async fn features(client: &impl Query, needs: &Needs, major: u32) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    let mut asked: Option<(&Place, Option<String>)> = None;
    for feature in needs.features.iter().filter(|feature| feature.since > major) {
        let Feature { words, since, statement, place } = feature;
        let mut said = String::new();
        if let Some(statement) = statement {
            if asked.as_ref().is_none_or(|(known, _)| *known != place) {
                asked = Some((place, refusal(client, statement).await?));
            }
            match &asked {
                Some((_, Some(refusal))) => said = format!(": it says {refusal}"),
                _ => continue,
            }
        }
        let message =
            format!("`{words}` takes PostgreSQL {since}, and the server is PostgreSQL {major}{said}");
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

/// What the server's parser says against a statement, which is not run: a query is parsed as a whole before anything of it
/// is executed, and its first statement fails (the manual's "Multiple Statements in a Simple Query").
async fn refusal(client: &impl Query, statement: &str) -> Result<Option<String>, Error> {
    match client.simple_query(&format!("SELECT 1/0;\n{statement}")).await {
        Ok(_) => Ok(None),
        Err(source) if ends_the_connection(&source) => {
            Err(Error::server("asking whether it knows the syntax")(source))
        }
        Err(source) => {
            let refused = source.as_db_error().filter(|error| *error.code() == SqlState::SYNTAX_ERROR);
            Ok(refused.map(|error| error.message().to_owned()))
        }
    }
}
