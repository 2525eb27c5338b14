//! Which rows of the seeds a database refuses: each file is loaded as `seed` loads it, and once more without the row that was
//! refused, until the rest goes through.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use pgkeel_core::migration::Part;
use pgkeel_core::seed::{Data, Format, Rows};
use pgkeel_core::sql::effect::listed_rows;
use pgkeel_core::sql::script::{Piece, Statement};

use super::{Source, files, read};
use crate::apply::{Executor, Failure, Former, RunOptions, Suspicion};
use crate::database::Session;
use crate::error::Error;
use crate::statement_error::StatementError;
use crate::store::Store;

/// A row that is refused.
#[derive(Debug)]
pub(crate) struct Refused {
    /// The file, as messages name it.
    pub(crate) file: String,
    /// The line on which the row or the statement begins; none of what only the end of the file's transaction tells.
    pub(crate) line: Option<usize>,
    /// What PostgreSQL says.
    pub(crate) error: Box<StatementError>,
}

/// Rows of one file that are looked for: each costs loading the file once more.
const LOOKED_FOR: usize = 20;

/// The namespace of the history that a seed's transaction writes to.
const HISTORY: &str = "pgkeel_review_seeds";

/// Loads the seeds of a folder into a database that is thrown away, up to the first statement that `spares` does not let run
/// there. Beside the refused rows, what else keeps files from being loaded, in words.
///
/// # Errors
/// The session broke, or the database cannot hold a history.
pub(crate) async fn refusals(
    session: &Session,
    folder: &Path,
    display: &Path,
    spares: &(dyn Fn(&str) -> bool + Sync),
) -> Result<(Vec<Refused>, Vec<String>), Error> {
    let store = Store::new(HISTORY);
    store.create(session.client()).await?;
    let (class, key) = store.lock_key();
    let lock = format!("SELECT pg_catalog.pg_advisory_lock({class}, {key})");
    let server = |source| Error::Server { doing: "locking a scratch history".to_owned(), source };
    session.client().batch_execute(&lock).await.map_err(server)?;
    let executor = Executor {
        session,
        store: &store,
        options: &RunOptions::default(),
        observe: &|_| {},
        watch: None,
        former: &Former::default(),
        notices_dead_clients: false,
        suspicion: Suspicion::default(),
    };
    let (mut refused, mut notes) = (Vec::new(), Vec::new());
    for path in files(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(format) = Format::of(&name) else { continue };
        let shown = display.join(&name).display().to_string();
        match read(&path, &shown, format) {
            Ok(source) => {
                let reaching = source.part.in_memory().find(|statement| !spares(&statement.text));
                if let Some(line) = reaching.map(|statement| statement.position.line) {
                    notes.push(format!(
                        "{shown}:{line} may change what belongs to the scratch server, which stays: it and the seeds behind it \
                         are not checked; name a server of your own with --scratch-url"
                    ));
                    break;
                }
                let before = refused.len();
                let gone =
                    Loading { executor: &executor, folder, source, lines: None, copied: BTreeMap::new() }
                        .load(&mut refused)
                        .await?;
                // What comes after it may only fail for its sake.
                if let Some(why) = gone {
                    notes.push(format!("{why}: seeds behind it are not checked"));
                    break;
                }
                tracing::debug!(file = shown, refused = refused.len() - before, "seed loaded");
            }
            Err(why) => {
                notes.push(format!("{why}: it and the seeds behind it are not checked"));
                break;
            }
        }
    }
    Ok((refused, notes))
}

/// A file on its way.
struct Loading<'a> {
    executor: &'a Executor<'a>,
    folder: &'a Path,
    source: Source,
    /// The lines on which the rows of a CSV that are left begin, as soon as one was taken out.
    lines: Option<Vec<usize>>,
    /// The same for the data of a `COPY`: by its line, which lines of the data (from 0) are left.
    copied: BTreeMap<usize, Vec<usize>>,
}

impl Loading<'_> {
    /// Loads the file without the rows that are refused. Why no more than a part of them is known, if so.
    async fn load(mut self, refused: &mut Vec<Refused>) -> Result<Option<String>, Error> {
        let already = refused.len();
        loop {
            let error = match self.executor.seed_one(&self.source, self.folder).await {
                Ok(_) => return Ok(None),
                Err(Failure::Statement(error)) => error,
                Err(failure) => return Err(failure.into_error()),
            };
            let place = format!("{}:{}", error.file, self.line(&error).unwrap_or(error.position.line));
            if !is_of_values(&error) {
                return Ok(Some(format!("{place} cannot be loaded ({})", error.message)));
            }
            if self.is_split_at(&error) {
                continue;
            }
            refused.push(Refused { file: error.file.clone(), line: self.line(&error), error: error.clone() });
            if refused.len() - already >= LOOKED_FOR {
                return Ok(Some(format!("{place} is the {LOOKED_FOR}th refused row")));
            }
            if !self.leave_out(&error) {
                return Ok(Some(format!("{place} cannot be left out")));
            }
        }
    }

    /// The line of the file as it is written.
    fn line(&self, error: &StatementError) -> Option<usize> {
        let line = error.position.line;
        match (&self.source.rows, &self.lines) {
            (Some(Rows { data: Data::Csv { text, first_line }, .. }), Some(lines)) => {
                lines.get(record(text, line.checked_sub(*first_line)?)?).copied()
            }
            (Some(_), _) => Some(line),
            (None, _) => {
                let statement = self.statement(error)?;
                let (at, Some(datum)) = (statement.position.line, datum(statement, error)) else {
                    return Some(statement.position.line);
                };
                let written = self.copied.get(&at).and_then(|left| left.get(datum).copied()).unwrap_or(datum);
                Some(at + statement.text.matches('\n').count() + 1 + written)
            }
        }
    }

    fn statement(&self, error: &StatementError) -> Option<&Statement> {
        self.source.part.in_memory().nth(error.statement?)
    }

    /// Makes an `INSERT` of several rows one for each, at the row's place. False where there is only one.
    fn is_split_at(&mut self, error: &StatementError) -> bool {
        let Some(statement) = self.statement(error) else { return false };
        let Some(listed) = listed_rows(&statement.text).filter(|listed| listed.rows.len() > 1) else {
            return false;
        };
        let (Some((first, _)), Some((last, _))) = (listed.rows.first(), listed.rows.last()) else {
            return false;
        };
        let part = |from: usize, to: usize| statement.text.get(from..to).unwrap_or_default();
        let (head, tail) = (part(0, first.start), part(last.end, statement.text.len()));
        let alone = |(row, _): &(pgkeel_core::sql::effect::TextRange, _)| {
            let mut alone = statement.with_text(format!("{head}{}{tail}", row.of(&statement.text)));
            alone.position = statement.position.after(part(0, row.start));
            Piece::Statement(alone)
        };
        let rows: Vec<Piece> = listed.rows.iter().map(alone).collect();
        self.replace(error, rows)
    }

    /// Takes the refused row, or the whole statement, out. False where it is not known which that is.
    fn leave_out(&mut self, error: &StatementError) -> bool {
        let copies = self.statement(error).is_some_and(|statement| statement.copies_in);
        match &mut self.source.rows {
            None if copies => self.leave_datum_out(error),
            None => self.replace(error, Vec::new()),
            Some(Rows { data: Data::Objects(objects), .. }) => {
                let by_line = || objects.iter().position(|object| object.line == error.position.line);
                let Some(at) = error.names.row.map(|row| row - 1).or_else(by_line) else { return false };
                at < objects.len() && {
                    objects.remove(at);
                    true
                }
            }
            Some(Rows { data: Data::Csv { text, first_line }, .. }) => {
                let within = error.position.line.checked_sub(*first_line);
                let by_line = within.and_then(|line| record(text, line));
                let Some(at) = error.names.row.map(|row| row - 1).or(by_line) else { return false };
                let starts = starts(text);
                let Some(&(from, _)) = starts.get(at) else { return false };
                let to = starts.get(at + 1).map_or(text.len(), |(byte, _)| *byte);
                let all = || starts.iter().map(|(_, line)| line + *first_line).collect();
                self.lines.get_or_insert_with(all).remove(at);
                text.replace_range(from..to, "");
                true
            }
        }
    }

    /// Takes the refused line out of the data that a statement copies.
    fn leave_datum_out(&mut self, error: &StatementError) -> bool {
        let Some(statement) = self.statement(error) else { return false };
        let (at, Some(datum)) = (statement.position.line, datum(statement, error)) else { return false };
        let Some(pieces) = &self.source.part.pieces else { return false };
        let mut changed = pieces.as_ref().clone();
        let is_statement = |piece: &&mut Piece| matches!(piece, Piece::Statement(_));
        let behind = changed
            .iter_mut()
            .skip_while(|piece| !matches!(piece, Piece::Statement(one) if one.position.line == at));
        let data = behind.skip(1).take_while(|piece| !is_statement(piece)).filter_map(|piece| match piece {
            Piece::CopyData(data) => Some(data),
            _ => None,
        });
        let (mut before, mut found) = (0, false);
        for data in data {
            let lines = data.lines().count();
            if !found && datum < before + lines {
                let kept = data.split_inclusive('\n').enumerate().filter(|(line, _)| before + line != datum);
                *data = kept.map(|(_, line)| line).collect();
                found = true;
            }
            before += lines;
        }
        let left = self.copied.entry(at).or_insert_with(|| (0..before).collect());
        if found && datum < left.len() {
            left.remove(datum);
        }
        self.source.part = Part { pieces: Some(Arc::new(changed)), ..self.source.part.clone() };
        found
    }

    /// Puts other statements in the place of the refused one.
    fn replace(&mut self, error: &StatementError, with: Vec<Piece>) -> bool {
        let (Some(wanted), Some(pieces)) = (error.statement, &self.source.part.pieces) else { return false };
        let mut statements =
            pieces.iter().enumerate().filter(|(_, piece)| matches!(piece, Piece::Statement(_)));
        let Some((at, _)) = statements.nth(wanted) else { return false };
        let mut changed = pieces.as_ref().clone();
        changed.splice(at..=at, with);
        let statements = changed.iter().filter(|piece| matches!(piece, Piece::Statement(_))).count();
        self.source.part = Part { pieces: Some(Arc::new(changed)), statements, ..self.source.part.clone() };
        true
    }
}

/// Which line (from 0) of the data that a statement copies was refused: `COPY t, line 3, column a: "x"`.
fn datum(statement: &Statement, error: &StatementError) -> Option<usize> {
    let (_, rest) = error.context.as_ref().filter(|_| statement.copies_in)?.split_once(", ")?;
    let number: String =
        rest.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    number.parse::<usize>().ok()?.checked_sub(1)
}

/// Whether it is the values that PostgreSQL refuses: a constraint (class 23), a length, a number's range, a word that an
/// enumerated type does not have, a key that comes twice, a value for a generated column (documentation appendix A).
fn is_of_values(error: &StatementError) -> bool {
    error.sqlstate.as_deref().is_some_and(|code| {
        code.starts_with("23")
            || ["22001", "22003", "22P02", "22007", "22008", "21000", "428C9"].contains(&code)
    })
}

/// Where the records of a CSV begin: byte, and line from 0.
fn starts(text: &str) -> Vec<(usize, usize)> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let records = reader.records().filter_map(Result::ok);
    let place = |record: csv::StringRecord| {
        let position = record.position()?;
        let (byte, line) = (usize::try_from(position.byte()).ok()?, usize::try_from(position.line()).ok()?);
        Some((byte, line.saturating_sub(1)))
    };
    records.filter_map(place).collect()
}

/// The record, from 0, to which a line (from 0) belongs.
fn record(text: &str, line: usize) -> Option<usize> {
    starts(text).partition_point(|(_, start)| *start <= line).checked_sub(1)
}
