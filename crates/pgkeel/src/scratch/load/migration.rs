//! One migration on a scratch database, as a run would do it.

use super::super::{Attempts, Beginning, Database};
use super::{LoadError, Runs, SETTINGS, Script, Waiting, note_of_role, refused, run, statements};

/// Runs a migration as the executor would: in a session in which nothing was left, in one transaction where it can be.
pub(super) async fn migration(
    database: &Database,
    script: &Script,
    beginning: &Beginning,
    notes: &mut Vec<String>,
) -> Result<(), LoadError> {
    let client = database.session().client();
    let (statements, _) = statements(std::slice::from_ref(script), false);
    // A transaction in which a role was missing, or there already, is begun anew.
    let mut attempts = Attempts::default();
    loop {
        client.batch_execute(FRESH).await.map_err(LoadError::Connection)?;
        beginning.set(client).await;
        let failed = match script.runs {
            Runs::Together => together(database, &statements, &attempts).await,
            _ => in_steps(database, &statements, notes).await,
        };
        let Some((place, error)) = failed.map_err(LoadError::Connection)? else { break };
        let statement = place.and_then(|place| statements.get(place));
        let at = place.zip(statement).map(|(place, statement)| (place, statement.sql));
        if script.runs == Runs::Together
            && attempts.learn(database, at, &error).await.map_err(LoadError::Connection)?
        {
            continue;
        }
        return Err(match (error.as_db_error(), statement.or(statements.last())) {
            (Some(refusal), Some(statement)) => refused(statement, refusal),
            _ => LoadError::Connection(error),
        });
    }
    notes.extend(attempts.made.iter().map(|role| note_of_role(role)));
    Ok(())
}

/// What undoes whatever a migration left in its session.
const FRESH: &str = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; DISCARD TEMP";

/// What failed: a statement, by its place, or the begin or the end of the transaction.
type Failed = Option<(Option<usize>, tokio_postgres::Error)>;

/// One transaction: sent as a whole, or a statement behind the other when one of them reads data.
async fn together(
    database: &Database,
    statements: &[Waiting<'_>],
    attempts: &Attempts,
) -> Result<Failed, tokio_postgres::Error> {
    let running: Vec<(usize, &Waiting)> =
        statements.iter().enumerate().filter(|(place, _)| !attempts.passes(*place)).collect();
    if running.iter().all(|(_, statement)| statement.data.is_empty()) {
        let texts: Vec<(usize, &str)> =
            running.iter().map(|(place, statement)| (*place, statement.sql)).collect();
        return database.all_at_once(SETTINGS, &texts).await;
    }
    database.session().client().batch_execute(SETTINGS).await?;
    database.begin().await?;
    for (place, statement) in running {
        if let Err(error) = database.send(statement.sql, &statement.data).await {
            database.roll_back().await?;
            return Ok(Some((Some(place), error)));
        }
    }
    Ok(database.commit().await.err().map(|error| (None, error)))
}

/// A statement behind the other, in no transaction.
async fn in_steps(
    database: &Database,
    statements: &[Waiting<'_>],
    notes: &mut Vec<String>,
) -> Result<Failed, tokio_postgres::Error> {
    database.session().client().batch_execute(SETTINGS).await?;
    for (place, statement) in statements.iter().enumerate() {
        if let Err(error) = run(database, statement, notes).await {
            return Ok(Some((Some(place), error)));
        }
    }
    Ok(None)
}
