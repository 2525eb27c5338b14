//! The way back of a rehearsed file: in the file itself or in one beside it, run and compared with the schema before.

use pgkeel_core::finding::Span;
use pgkeel_core::plan::{self, Options};
use pgkeel_core::review::File;
use pgkeel_core::review::context::span;
use pgkeel_core::review::source::{Statement, Unreadable};
use pgkeel_core::schema::Schema;
use pgkeel_core::sql::effect::{TextRange, cannot_run_in_transaction};

use super::{Error, Run, WayBack, is_control, refusal};

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
            file.statements.iter().filter(|statement| statement.down && !is_control(statement)).collect()
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
        let alone = down.file.no_transaction
            || down.statements.iter().any(|statement| cannot_run_in_transaction(&statement.reading.effects));
        if !alone {
            self.client.batch_execute("BEGIN").await?;
        }
        let mut verdict = WayBack::Proven;
        for statement in &down.statements {
            if let Err(error) = self.client.batch_execute(down.file.text_of(statement)).await {
                let message = refusal(&error).ok_or(error)?;
                verdict = WayBack::Wrong(format!("the way back fails {}: {message}", down.line(statement)));
                break;
            }
        }
        if !alone {
            let failed = matches!(verdict, WayBack::Wrong(_));
            let ended = self.client.batch_execute(if failed { "ROLLBACK" } else { "COMMIT" }).await;
            if let Err(error) = ended {
                let message = refusal(&error).ok_or(error)?;
                verdict = WayBack::Wrong(format!("the way back fails at its end: {message}"));
            }
            // Nothing was taken back: the next file stands on this one as it is.
            if matches!(verdict, WayBack::Wrong(_)) {
                return Ok(verdict);
            }
        }
        self.client.batch_execute("RESET ALL; RESET ROLE; SET client_min_messages = error").await?;
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
        for (_, statement) in file.up().filter(|(_, statement)| !is_control(statement)) {
            if let Err(error) = self.client.batch_execute(file.text_of(statement)).await {
                let message = refusal(&error).ok_or(error)?;
                verdict = match verdict {
                    WayBack::Wrong(why) => WayBack::Wrong(why),
                    _ => WayBack::Wrong(format!("after the way back it cannot go forward again: {message}")),
                };
                break;
            }
        }
        Ok(verdict)
    }
}
