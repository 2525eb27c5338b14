//! `pgkeel rehearse [PATH...]`.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use pgkeel::database::ReadOnly;
use pgkeel::load::Found;
use pgkeel::rehearse::{Error, Expected, Rehearsal, WayBack, rehearse, sizes};
use pgkeel::review::{Reviewed, Scope, run};
use pgkeel::source::Source;
use pgkeel::status::Status;
use pgkeel_core::review::Settings;
use serde_json::{Value, json};

use crate::commands::schema_source::Scratch;
use crate::context::{Context, displayed, store};
use crate::failure::Failure;
use crate::screen::{BAD, BOLD, DIM, GOOD, WARN};

/// Run migrations on a scratch database and tell the locks they take, what they rewrite, and whether they can be undone.
#[derive(Debug, Args)]
pub struct Rehearse {
    /// Files or folders; without any, what is pending (with a database), or the newest migration.
    paths: Vec<PathBuf>,
    #[command(flatten)]
    scratch: Scratch,
}

impl Rehearse {
    /// Runs the command.
    pub async fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let project = context.project()?;
        let migrations =
            (project.found != Found::Nothing).then(|| displayed(&project, &project.migrations_dir));
        if self.paths.is_empty() && migrations.is_none() {
            return Err(Failure::usage("there is no project here", "name the files or folders to rehearse"));
        }
        let scope = Scope { paths: self.paths.clone(), migrations: migrations.clone(), ..Scope::default() };
        let mut reviewed = run(&scope, &Settings::default())?;
        let workshop = self.scratch.workshop();
        let mut live = None;
        let mut statistics = None;
        if let Some(target) = project.target()? {
            let (opened, folder) = (context.open(&project).await?, migrations.unwrap_or_default());
            let known = pgkeel::discover::migrations(&project.migrations_dir, &folder)?;
            let session = ReadOnly::open(&opened.target, &context.connect_options("rehearse")).await?;
            let status = Status::read(&session, &store(&project), &known).await?;
            statistics = Some(sizes(&session).await?);
            session.close().await;
            let applied = |file: &str| {
                let standings = status.standings(&known);
                standings.iter().any(|standing| {
                    standing.entry.is_some()
                        && standing.migration.is_some_and(|migration| migration.up.file == file)
                })
            };
            for (file, chosen) in reviewed.files.iter().zip(&mut reviewed.reviewed) {
                *chosen &= !applied(&file.path);
            }
            let source = Source::Database(Box::new(opened.target.clone()));
            let loaded = source
                .load(&workshop)
                .await
                .map_err(|error| Failure::usage(error.to_string(), "see above"))?;
            live = Some(loaded.schema);
            let _ = target;
        } else if self.paths.is_empty() {
            only_the_newest(&mut reviewed);
        }
        let rehearsal =
            rehearse(&reviewed.files, &reviewed.reviewed, live.as_ref(), statistics.as_ref(), &workshop)
                .await
                .map_err(|error| self.failure(error))?;
        if context.json() {
            context.screen.json(&document(&rehearsal))?;
        } else {
            context.screen.result(&text(&rehearsal))?;
        }
        Ok(ExitCode::from(u8::from(!rehearsal.findings.is_empty())))
    }
}

impl Rehearse {
    fn failure(&self, error: Error) -> Failure {
        match error {
            Error::Earlier(error) => pgkeel::Error::Statement(error).into(),
            Error::Start { .. } if self.scratch.is_named() => {
                let help = "name a scratch server that has what is missing".to_owned();
                Failure::Unreachable { message: error.to_string(), help }
            }
            error => Failure::usage(error.to_string(), "a scratch server is named with --scratch-url"),
        }
    }
}

fn only_the_newest(reviewed: &mut Reviewed) {
    let newest = pgkeel_core::review::order(&reviewed.files).last().copied();
    for (index, chosen) in reviewed.reviewed.iter_mut().enumerate() {
        *chosen &= Some(index) == newest;
    }
}

fn document(rehearsal: &Rehearsal) -> Value {
    let findings: Vec<Value> = rehearsal.findings.iter().map(crate::render::json_value).collect();
    json!({
        "format": "pgkeel/rehearsal/1",
        "on": rehearsal.on,
        "base": rehearsal.base,
        "files": rehearsal.files,
        "findings": findings,
    })
}

fn text(rehearsal: &Rehearsal) -> String {
    let mut text =
        format!("{DIM}on {}, from {}; tables have no rows there{DIM:#}\n", rehearsal.on, rehearsal.base);
    if rehearsal.files.is_empty() {
        text.push_str("nothing to rehearse");
    }
    for file in &rehearsal.files {
        let verdict = if file.applied {
            format!("{GOOD}goes through{GOOD:#}")
        } else {
            format!("{BAD}is refused{BAD:#}")
        };
        let back = match &file.rollback {
            WayBack::None => format!("{DIM}no way back{DIM:#}"),
            WayBack::Proven => format!("{GOOD}way back proven{GOOD:#}"),
            WayBack::Wrong(why) => format!("{WARN}{why}{WARN:#}"),
        };
        let _ = writeln!(text, "\n{BOLD}{}{BOLD:#}: {verdict}, {back}", file.file);
        for statement in &file.statements {
            let _ = writeln!(text, "  {DIM}{:>4}{DIM:#} {}", statement.line, statement.sql);
            for (relation, mode) in &statement.locks {
                let _ = writeln!(text, "         {mode} on {relation}");
            }
            for (relation, mode) in &statement.documented {
                let _ =
                    writeln!(text, "         {mode} on {relation} {DIM}(documented, not observed){DIM:#}");
            }
            if !statement.rewritten.is_empty() {
                let _ =
                    writeln!(text, "         {WARN}writes anew:{WARN:#} {}", statement.rewritten.join(", "));
            }
            if !statement.read.is_empty() {
                let _ = writeln!(
                    text,
                    "         {WARN}reads every row of:{WARN:#} {}",
                    statement.read.join(", ")
                );
            }
            for built in &statement.built {
                let _ = writeln!(text, "         builds the index {} on {}", built.index, built.table);
            }
            for key in &statement.foreign_keys {
                let _ = writeln!(
                    text,
                    "         {WARN}looks up every row of:{WARN:#} {} for {}",
                    key.table, key.key
                );
            }
            for written in statement.written.iter().filter(|written| written.every_row) {
                let _ = writeln!(text, "         {WARN}changes every row of:{WARN:#} {}", written.table);
            }
            if let Some(refused) = &statement.refused {
                let _ = writeln!(text, "         {BAD}refused:{BAD:#} {refused}");
            }
        }
        for blocking in &file.blocking {
            let who = if blocking.readers_wait { "readers and writers" } else { "writers" };
            let time = match blocking.expected_ms {
                Some(Expected { least, most }) if human(least) == human(most) => {
                    format!("about {} on the target", human(most))
                }
                Some(Expected { least, most }) => {
                    format!("{} to {} on the target", human(least), human(most))
                }
                None => format!("{} on empty tables", human(blocking.observed_ms)),
            };
            let _ =
                writeln!(text, "  {who} of {} wait {time}, from line {}", blocking.relation, blocking.line);
        }
        if !file.safe.is_empty() {
            let _ = writeln!(
                text,
                "  {BOLD}the same without long locks,{BOLD:#} each statement a transaction (proven on a copy with rows):"
            );
            for statement in &file.safe {
                let _ = writeln!(text, "    {};", statement.replace('\n', "\n    "));
            }
        }
        if let Some(note) = &file.safe_note {
            let _ = writeln!(text, "  {BOLD}without long locks:{BOLD:#} {note}");
        }
    }
    text.trim_end().to_owned()
}

/// Milliseconds as people say them.
fn human(milliseconds: u128) -> String {
    match milliseconds {
        0..1_000 => format!("{milliseconds} ms"),
        1_000..10_000 => format!("{}.{} s", milliseconds / 1_000, milliseconds % 1_000 / 100),
        10_000..120_000 => format!("{} s", milliseconds.div_ceil(1_000)),
        _ => format!("{} min", milliseconds.div_ceil(60_000)),
    }
}
