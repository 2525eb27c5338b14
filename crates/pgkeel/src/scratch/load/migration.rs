//! One migration on a scratch database, as a run would do it.

use std::iter;

use futures_util::future::join_all;

use super::super::roles::is_there_already;
use super::super::{Beginning, Database};
use super::{LoadError, Runs, SETTINGS, Script, Waiting, missing_role, once, refused, run, statements};

/// Runs a migration as the executor would: in a session in which nothing was left, in one transaction where it can be.
pub(super) async fn migration(
    database: &Database,
    script: &Script,
    beginning: &Beginning,
    notes: &mut Vec<String>,
) -> Result<(), LoadError> {
    let client = database.session().client();
    // A transaction in which a role was missing is begun anew; sixteen are a great many.
    let (mut statements, _) = statements(std::slice::from_ref(script), false);
    let together = script.runs == Runs::Together;
    for last in (0..16).map(|attempt| attempt == 15) {
        client.batch_execute(FRESH).await.map_err(LoadError::Connection)?;
        beginning.set(client).await;
        let failed = if together && statements.iter().all(|statement| statement.data.is_empty()) {
            all_at_once(database, &statements).await
        } else {
            one_by_one(database, &statements, together, notes).await?
        };
        let Some((statement, error)) = failed else { return Ok(()) };
        if let Some(role) = missing_role(&error).filter(|_| together && !last) {
            database.make_role(role).await.map_err(LoadError::Connection)?;
            notes.push(format!("role {role} was made on the scratch server"));
            continue;
        }
        let there =
            statement.filter(|statement| together && !last && is_there_already(statement.sql, &error));
        if let Some(place) =
            there.and_then(|there| statements.iter().position(|one| std::ptr::eq(one, there)))
        {
            statements.remove(place);
            continue;
        }
        return Err(match (error.as_db_error(), statement.or(statements.last())) {
            (Some(refusal), Some(statement)) => refused(statement, refusal),
            _ => LoadError::Connection(error),
        });
    }
    Ok(())
}

/// What undoes whatever a migration left in its session.
const FRESH: &str = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; DISCARD TEMP";

/// What failed: a statement, or the begin or the end of the transaction.
type Failed<'s, 'a> = Option<(Option<&'s Waiting<'a>>, tokio_postgres::Error)>;

/// One transaction, sent as a whole before its first answer: behind a failure the server refuses the rest, and its COMMIT
/// rolls back.
async fn all_at_once<'s, 'a>(database: &Database, statements: &'s [Waiting<'a>]) -> Failed<'s, 'a> {
    let client = database.session().client();
    let begin = format!("{SETTINGS}; BEGIN");
    let texts = iter::once((None, begin.as_str()))
        .chain(statements.iter().map(|statement| (Some(statement), statement.sql)))
        .chain(iter::once((None, "COMMIT")));
    let answers = join_all(texts.map(async |(statement, sql)| (statement, client.batch_execute(sql).await)));
    let failed = answers.await.into_iter().find_map(|(statement, answer)| Some((statement, answer.err()?)));
    if failed.is_none() {
        for statement in statements {
            database.notes_role(statement.sql);
        }
    }
    failed
}

/// A statement behind the other: one of them reads data, or must be in no transaction.
async fn one_by_one<'s, 'a>(
    database: &Database,
    statements: &'s [Waiting<'a>],
    together: bool,
    notes: &mut Vec<String>,
) -> Result<Failed<'s, 'a>, LoadError> {
    let client = database.session().client();
    let begin = if together { "; BEGIN" } else { "" };
    client.batch_execute(&format!("{SETTINGS}{begin}")).await.map_err(LoadError::Connection)?;
    let mut failed = None;
    for statement in statements {
        let done =
            if together { once(database, statement).await } else { run(database, statement, notes).await };
        if let Err(error) = done {
            failed = Some((Some(statement), error));
            break;
        }
    }
    if together {
        let end = client.batch_execute(if failed.is_some() { "ROLLBACK" } else { "COMMIT" }).await;
        failed = failed.or(end.err().map(|error| (None, error)));
    }
    Ok(failed)
}
