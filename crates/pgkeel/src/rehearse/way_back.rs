//! The way back of a rehearsed file: in the file itself or in one beside it, run and compared with the schema before.

use pgkeel_core::finding::Span;
use pgkeel_core::plan::{self, Options};
use pgkeel_core::review::File;
use pgkeel_core::review::context::span;
use pgkeel_core::review::source::{Statement, Unreadable};
use pgkeel_core::schema::Schema;
use pgkeel_core::sql::effect::{TextRange, cannot_run_in_transaction};

use super::{Error, QUIET, Run, WayBack};
use crate::scratch::{Attempts, refusal};

/// A way back as it is written.
pub(super) struct Down<'a> {
    file: &'a File,
    /// Whether the file is another one than the migration's.
    beside: bool,
    statements: Vec<&'a Statement>,
}

impl<'a> Down<'a> {
    /// That of a file: behind its marker, or in the down file of its name.
    pub fn of(file: &'a File, files: &'a [File]) -> Option<Self> {
        let statements = |file: &'a File| -> Vec<&'a Statement> {
            file.statements.iter().filter(|statement| statement.down && !statement.is_control()).collect()
        };
        let own = statements(file);
        if !own.is_empty() {
            return Some(Self { file, beside: false, statements: own });
        }
        let name = stem(&file.path);
        let down = files.iter().find(|other| other.down && stem(&other.path) == name)?;
        Some(Self { file: down, beside: true, statements: statements(down) })
    }

    /// Where it stands.
    pub fn place(&self) -> Span {
        let range = self.statements.first().map(|statement| statement.range);
        span(self.file, range.unwrap_or(TextRange::new(0, 0)))
    }

    /// A line of it, in words.
    fn line(&self, statement: &Statement) -> String {
        let line = self.file.position(statement.range.start).0;
        if self.beside { format!("on line {line} of {}", self.file.path) } else { format!("on line {line}") }
    }
}

/// What the files of both directions share: the path without `.up.sql`, `.down.sql`, `.sql`; the folder of `up.sql` and
/// `down.sql`.
fn stem(path: &str) -> &str {
    let (folder, name) = path.rsplit_once(['/', '\\']).unwrap_or(("", path));
    if matches!(name, "up.sql" | "down.sql" | "migration.sql") {
        return folder;
    }
    [".up.sql", ".down.sql", ".sql"].iter().find_map(|end| path.strip_suffix(end)).unwrap_or(path)
}

impl Run<'_, '_> {
    /// Runs the way back, compares, and goes forward again.
    pub(super) async fn way_back(
        &self,
        file: &File,
        alone: bool,
        down: &Down<'_>,
        before: &Schema,
    ) -> Result<WayBack, Error> {
        if let Some(Unreadable { message: problem, .. }) = down.file.unreadable.first() {
            return Ok(WayBack::Wrong(format!(
                "the way back in {} cannot be read: {problem}",
                down.file.path
            )));
        }
        if down.statements.is_empty() {
            return Ok(WayBack::Wrong(format!("{} holds no statement", down.file.path)));
        }
        let in_steps = down.file.no_transaction
            || down.statements.iter().any(|statement| cannot_run_in_transaction(&statement.reading.effects));
        let mut verdict = WayBack::Proven;
        if let Some((statement, message)) = self.carried_out(down.file, &down.statements, in_steps).await? {
            let place = statement.map_or_else(|| "at its end".to_owned(), |statement| down.line(statement));
            verdict = WayBack::Wrong(format!("the way back fails {place}: {message}"));
            // Nothing was taken back: the next file stands on this one as it is.
            if !in_steps {
                return Ok(verdict);
            }
        }
        if verdict == WayBack::Proven {
            let after = self.workshop.read_scratch(self.database).await?;
            let rest = plan::statements(&after, before, &Options::default()).steps;
            if let Some(step) = rest.first() {
                let of = if down.beside { format!(" of {}", down.file.path) } else { String::new() };
                verdict = WayBack::Wrong(format!(
                    "after the way back{of} this is still to be done: {}",
                    step.shown()
                ));
            }
        }
        // The next file stands on this one.
        let up: Vec<&Statement> =
            file.up().map(|(_, statement)| statement).filter(|statement| !statement.is_control()).collect();
        if let Some((_, message)) = self.carried_out(file, &up, alone).await?
            && verdict == WayBack::Proven
        {
            verdict = WayBack::Wrong(format!("after the way back it cannot go forward again: {message}"));
        }
        Ok(verdict)
    }

    /// Carries statements of a file out, in one transaction or in steps. The one that was refused and why; none when it was the
    /// end of the transaction.
    async fn carried_out<'s>(
        &self,
        file: &File,
        statements: &[&'s Statement],
        in_steps: bool,
    ) -> Result<Option<(Option<&'s Statement>, String)>, Error> {
        let mut attempts = Attempts::default();
        loop {
            self.client.batch_execute(QUIET).await?;
            let failed = self.attempted(file, statements, in_steps, &attempts).await?;
            self.client.batch_execute(QUIET).await?;
            let Some((place, error)) = failed else { return Ok(None) };
            let statement = place.and_then(|place| statements.get(place).copied());
            let at = place.zip(statement).map(|(place, statement)| (place, file.text_of(statement)));
            if in_steps || !attempts.learn(self.database, at, &error).await? {
                return Ok(Some((statement, refusal(&error).ok_or(error)?)));
            }
        }
    }

    async fn attempted(
        &self,
        file: &File,
        statements: &[&Statement],
        in_steps: bool,
        attempts: &Attempts,
    ) -> Result<Option<(Option<usize>, tokio_postgres::Error)>, Error> {
        if !in_steps {
            self.database.begin().await?;
        }
        for (place, statement) in statements.iter().enumerate().filter(|(place, _)| !attempts.passes(*place))
        {
            let text = file.text_of(statement);
            // Rows make no difference here.
            let data: &[&str] = if statement.copies_in() { &[""] } else { &[] };
            let done = if in_steps {
                self.database.send_alone(text, data).await.map(|_| ())
            } else {
                self.database.send(text, data).await
            };
            if let Err(error) = done {
                if !in_steps {
                    self.database.roll_back().await?;
                }
                return Ok(Some((Some(place), error)));
            }
        }
        let ended = if in_steps { Ok(()) } else { self.database.commit().await };
        Ok(ended.err().map(|error| (None, error)))
    }
}
