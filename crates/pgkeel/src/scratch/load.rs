//! Loading SQL files into a scratch database, in whatever order they stand: a statement that needs what is not there
//! yet waits for it.

use pgkeel_core::sql::position::Position;
use pgkeel_core::sql::script::{self, Piece, ScriptError};
use pgkeel_core::sql::secrets::masked;
use tokio_postgres::error::SqlState;

use super::{Beginning, Database, said};

mod migration;

use migration::migration;

/// A file's text.
#[derive(Debug, Clone)]
pub struct Script {
    /// The file, as messages name it.
    pub file: String,
    /// Its pieces.
    pub pieces: Vec<Piece>,
    /// How it is run.
    pub runs: Runs,
}

/// How a script is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runs {
    /// As it stands, in the session of the others.
    AsItStands,
    /// As the migration that it is: nothing that another one set reaches it, and it is one transaction.
    Together,
    /// As the migration that it is, which cannot be one transaction.
    InSteps,
}

impl Script {
    /// Cuts a text.
    ///
    /// # Errors
    /// When it is no script.
    pub fn new(file: impl Into<String>, text: &str) -> Result<Self, LoadError> {
        let file = file.into();
        match script::split(text) {
            Ok(pieces) => Ok(Self { file, pieces, runs: Runs::AsItStands }),
            Err(error) => Err(LoadError::Script { file, error }),
        }
    }
}

/// Why files could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file is no script.
    #[error("{file}:{}:{}: {error}", .error.position.line, .error.position.column)]
    Script {
        /// The file.
        file: String,
        /// What is wrong.
        error: ScriptError,
    },
    /// The server refused a statement.
    #[error("{file}:{}:{}: {message} ({code})\n    {excerpt}", position.line, position.column)]
    Statement {
        /// The file.
        file: String,
        /// Where the server points, else where the statement begins.
        position: Position,
        /// The server's words, with its hint.
        message: String,
        /// SQLSTATE.
        code: String,
        /// The line of the statement at that place.
        excerpt: String,
    },
    /// The connection broke.
    #[error("the scratch database: {}", said(.0))]
    Connection(tokio_postgres::Error),
}

impl LoadError {
    /// Whether something is named that is not there, or not yet: a relation, a type, a function, a namespace.
    pub fn is_undefined(&self) -> bool {
        matches!(self, Self::Statement { code, .. } if matches!(code.as_str(), "42P01" | "42704" | "42883" | "3F000"))
    }

    /// Whether the server says that it has no such thing: a feature it was built without (0A000), an extension that is not
    /// there (58P01).
    pub fn is_unsupported(&self) -> bool {
        matches!(self, Self::Statement { code, .. } if matches!(code.as_str(), "0A000" | "58P01"))
    }
}

/// A statement that is still to run.
struct Waiting<'a> {
    /// Its script's place among the scripts.
    script: usize,
    file: &'a str,
    position: Position,
    sql: &'a str,
    /// At least one portion, if an empty one, for a `COPY ... FROM stdin`.
    data: Vec<&'a str>,
    /// Its script was written by pg_dump.
    is_dump: bool,
    /// How many of its script's settings stand before it.
    settings: usize,
}

/// What every session here starts from.
const SETTINGS: &str = "SET check_function_bodies = off; SET client_min_messages = warning";

/// Runs every statement. Returns what the user should know: roles that were made for it.
///
/// # Errors
/// The first statement that can run in no order.
pub async fn load(
    database: &Database,
    scripts: &[Script],
    any_order: bool,
    beginning: &Beginning,
) -> Result<Vec<String>, LoadError> {
    let mut notes = vec![];
    if !any_order && scripts.iter().any(|script| script.runs != Runs::AsItStands) {
        beginning.make(database).await.map_err(LoadError::Connection)?;
        for script in scripts {
            migration(database, script, beginning, &mut notes).await?;
        }
        return Ok(notes);
    }
    let (mut waiting, settings) = statements(scripts, any_order);
    let client = database.session().client();
    client.batch_execute(SETTINGS).await.map_err(LoadError::Connection)?;
    loop {
        let (mut later, mut first_error) = (vec![], None);
        let before = waiting.len();
        let mut applied = None;
        for statement in waiting {
            if any_order {
                // A file's settings hold for its own statements, whenever they run.
                let own = settings.get(statement.script).and_then(|all| all.get(..statement.settings));
                let wanted = (statement.script, statement.settings);
                if applied != Some(wanted) {
                    let text = format!("RESET ALL; {SETTINGS}; {}", own.unwrap_or_default().join(";"));
                    if let Err(error) = client.batch_execute(&text).await {
                        if !is_unknown_setting(&error) {
                            return Err(LoadError::Connection(error));
                        }
                        set_what_is_known(client, own.unwrap_or_default()).await?;
                    }
                    applied = Some(wanted);
                }
            }
            match run(database, &statement, &mut notes).await {
                Ok(()) => {}
                Err(error)
                    if statement.is_dump && is_setting(statement.sql) && is_unknown_setting(&error) => {}
                Err(error) => {
                    let Some(refusal) = error.as_db_error() else { return Err(LoadError::Connection(error)) };
                    let refused = refused(&statement, refusal);
                    if !any_order || !is_missing(refusal.code()) {
                        return Err(refused);
                    }
                    first_error.get_or_insert(refused);
                    later.push(statement);
                }
            }
        }
        match first_error {
            None => return Ok(notes),
            Some(error) if later.len() == before => return Err(error),
            Some(_) => waiting = later,
        }
    }
}

/// The statements of all scripts, and the settings of each script. In any order there are no transactions, and settings
/// are no statements: they are made again where they belong.
fn statements(scripts: &[Script], any_order: bool) -> (Vec<Waiting<'_>>, Vec<Vec<&str>>) {
    let mut waiting: Vec<Waiting> = vec![];
    let mut settings: Vec<Vec<&str>> = vec![];
    for (place, script) in scripts.iter().enumerate() {
        let mut own: Vec<&str> = vec![];
        let is_dump = script.pieces.iter().any(
            |piece| matches!(piece, Piece::Comment { text, .. } if text == "-- PostgreSQL database dump"),
        );
        for piece in &script.pieces {
            match piece {
                Piece::Statement(statement) => {
                    if any_order {
                        match first_word(&statement.text).as_str() {
                            "begin" | "start" | "commit" | "end" | "rollback" => continue,
                            "set" | "reset" => {
                                own.push(&statement.text);
                                continue;
                            }
                            _ => {}
                        }
                    }
                    waiting.push(Waiting {
                        script: place,
                        file: &script.file,
                        position: statement.position,
                        sql: &statement.text,
                        data: if statement.copies_in { vec![""] } else { vec![] },
                        is_dump,
                        settings: own.len(),
                    });
                }
                Piece::CopyData(data) => {
                    if let Some(last) = waiting.last_mut() {
                        last.data.push(data);
                    }
                }
                Piece::Comment { .. } => {}
            }
        }
        settings.push(own);
    }
    (waiting, settings)
}

/// A pg_dump that is newer than the server makes settings that only its own servers know, all of them to the value
/// that has no effect.
fn is_unknown_setting(error: &tokio_postgres::Error) -> bool {
    error.as_db_error().is_some_and(|refusal| {
        *refusal.code() == SqlState::UNDEFINED_OBJECT
            && refusal.message().starts_with("unrecognized configuration parameter")
    })
}

fn is_setting(sql: &str) -> bool {
    first_word(sql) == "set"
}

/// A file's settings one by one, without those that this server does not know.
async fn set_what_is_known(client: &tokio_postgres::Client, own: &[&str]) -> Result<(), LoadError> {
    client.batch_execute(&format!("RESET ALL; {SETTINGS}")).await.map_err(LoadError::Connection)?;
    for setting in own {
        match client.batch_execute(setting).await {
            Err(error) if !is_unknown_setting(&error) => return Err(LoadError::Connection(error)),
            _ => {}
        }
    }
    Ok(())
}

fn first_word(sql: &str) -> String {
    sql.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase()
}

fn refused(statement: &Waiting<'_>, refusal: &tokio_postgres::error::DbError) -> LoadError {
    use tokio_postgres::error::ErrorPosition;
    // The server counts characters from 1.
    let before: String = match refusal.position() {
        Some(ErrorPosition::Original(place)) => {
            statement.sql.chars().take(usize::try_from(place.saturating_sub(1)).unwrap_or(0)).collect()
        }
        _ => String::new(),
    };
    let position = statement.position.after(&before);
    let line = position.line - statement.position.line;
    LoadError::Statement {
        file: statement.file.to_owned(),
        position,
        message: match refusal.hint().or(refusal.detail()) {
            Some(more) => format!("{}; {more}", refusal.message()),
            None => refusal.message().to_owned(),
        },
        code: refusal.code().code().to_owned(),
        excerpt: masked(statement.sql).lines().nth(line).unwrap_or_default().trim().to_owned(),
    }
}

async fn run(
    database: &Database,
    statement: &Waiting<'_>,
    notes: &mut Vec<String>,
) -> Result<(), tokio_postgres::Error> {
    let made = database.send_alone(statement.sql, &statement.data).await?;
    notes.extend(made.iter().map(|role| note_of_role(role)));
    Ok(())
}

fn note_of_role(role: &str) -> String {
    format!("role {role} was made on the scratch server")
}

/// Whether another statement may bring what this one misses.
fn is_missing(code: &SqlState) -> bool {
    [
        SqlState::UNDEFINED_TABLE,
        SqlState::UNDEFINED_OBJECT,
        SqlState::UNDEFINED_FUNCTION,
        SqlState::UNDEFINED_COLUMN,
        SqlState::INVALID_SCHEMA_NAME,
        SqlState::INVALID_FOREIGN_KEY,
        SqlState::UNDEFINED_PARAMETER,
        SqlState::WRONG_OBJECT_TYPE,
        SqlState::FOREIGN_KEY_VIOLATION,
        SqlState::DATATYPE_MISMATCH,
    ]
    .contains(code)
}
