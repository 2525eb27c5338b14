//! Which of an application's queries a migration breaks, found by running the migrations on a scratch database and
//! preparing the queries around every statement that could take something away.

use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::queries::Query as Written;
use pgkeel_core::review::context::span;
use pgkeel_core::review::{File, order};
use pgkeel_core::sql::words::leading;
use tokio_postgres::Client;

use super::check;
use crate::rehearse::Error;
use crate::scratch::{Database, refusal};
use crate::source::Workshop;

/// The rule of every finding about a query that a migration breaks.
pub const RULE: &str = "breaks-query";

/// Runs all files in order, and reports queries that fitted before a statement of a file for which `reviewed` is true, do
/// not fit after it, and do not fit at the end either: clients that run while it is applied fail with them.
///
/// # Errors
/// There is no scratch database, or a file that only gives context cannot be run on it.
pub async fn broken_by(
    files: &[File],
    reviewed: &[bool],
    queries: &[Written],
    workshop: &Workshop,
) -> Result<Vec<Finding>, Error> {
    let server = workshop.server().await?;
    let database = server.database().await?;
    let client = database.session().client();
    let mut run =
        Run { client, database: &database, queries, fits: vec![false; queries.len()], broken: Vec::new() };
    let result = run.all(files, reviewed, server.name()).await;
    let findings = std::mem::take(&mut run.broken).into_iter().map(|(_, finding)| finding).collect();
    database.close().await;
    result.map(|()| findings)
}

struct Run<'a> {
    client: &'a Client,
    database: &'a Database,
    queries: &'a [Written],
    /// Whether each query fits the schema as it is now.
    fits: Vec<bool>,
    broken: Vec<(usize, Finding)>,
}

impl Run<'_> {
    async fn all(&mut self, files: &[File], reviewed: &[bool], on: &str) -> Result<(), Error> {
        self.client.batch_execute("SET client_min_messages = error").await?;
        for index in order(files) {
            let Some(file) = files.get(index) else { continue };
            let watched = reviewed.get(index).copied().unwrap_or(true);
            for (_, statement) in file.up().filter(|(_, statement)| !statement.is_control()) {
                let text = file.text_of(statement);
                // Rows make no difference to whether a query fits, and those of COPY are not at hand.
                if leading(text, 1).first().is_some_and(|word| word == "COPY") {
                    continue;
                }
                let takes = watched && may_take_away(text);
                if takes {
                    self.recheck(false, None).await?;
                }
                let no_data: &[&str] = &[];
                if let Err(error) = self.database.send_alone(text, no_data).await {
                    let message = refusal(&error).ok_or(error)?;
                    let (line, _) = file.position(statement.range.start);
                    if watched {
                        // Rehearsal and review report it; what would come after it is not known.
                        return Ok(());
                    }
                    let sql = format!("{}:{line}", file.path);
                    return Err(Error::Start { on: on.to_owned(), sql, message });
                }
                if takes {
                    let place = Finding::new(RULE, Severity::Error, "").at(span(file, statement.range));
                    self.recheck(true, Some(&place)).await?;
                }
            }
        }
        // What a later statement mended is broken no longer.
        self.recheck(false, None).await?;
        let fits = &self.fits;
        self.broken.retain(|(number, _)| !fits.get(*number).copied().unwrap_or_default());
        Ok(())
    }

    /// Prepares the queries that fitted, or those that did not, again; what no longer fits was broken at `place`.
    async fn recheck(&mut self, fitting: bool, place: Option<&Finding>) -> Result<(), Error> {
        let numbered = self.queries.iter().zip(&self.fits).enumerate();
        let (numbers, chosen): (Vec<usize>, Vec<Written>) = numbered
            .filter(|(_, (_, fits))| **fits == fitting)
            .map(|(number, (query, _))| (number, query.clone()))
            .unzip();
        let report = check(self.client, &chosen).await.map_err(|error| match error {
            crate::Error::Server { source, .. } => Error::Connection(source),
            error => Error::Start { on: String::new(), sql: String::new(), message: error.to_string() },
        })?;
        for (position, number) in numbers.iter().enumerate() {
            let misfit = report.misfits.iter().find(|(misfit, _)| *misfit == position);
            if let Some(fits) = self.fits.get_mut(*number) {
                *fits = misfit.is_none();
            }
            if let (Some((_, finding)), Some(place)) = (misfit, place) {
                self.broken.retain(|(broken, _)| broken != number);
                self.broken.push((*number, told(finding, place)));
            }
        }
        Ok(())
    }
}

/// The finding at the migration, about the query.
fn told(misfit: &Finding, place: &Finding) -> Finding {
    let at = misfit.span.as_ref().map(|span| format!(" at {}:{}:{}", span.file, span.line, span.column));
    let mut finding = place.clone();
    finding.message = format!("breaks {}{}", misfit.message, at.unwrap_or_default());
    finding.object.clone_from(&misfit.object);
    let help = "applications that run while this is applied fail: expand first (add the new form beside the old), move \
                the application over, and take the old form away in a later migration";
    finding.help = Some(match &misfit.help {
        Some(meant) => format!("{help}\n{meant}"),
        None => help.to_owned(),
    });
    finding
}

/// Statements that only add break no query; these may.
fn may_take_away(text: &str) -> bool {
    let first = leading(text, 1).into_iter().next().unwrap_or_default();
    ["ALTER", "DROP", "DO", "CALL", "SELECT", "WITH", "CREATE"].contains(&first.as_str())
        && (first != "CREATE" || leading(text, 2).get(1).is_some_and(|second| second == "OR"))
}
