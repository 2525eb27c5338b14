//! The review against a catalog: the target's, or that of the replayed history.

use std::collections::BTreeSet;
use std::path::PathBuf;

use pgkeel::database::ReadOnly;
use pgkeel::load::Project;
use pgkeel::queries::{STATISTICS, broken_by};
use pgkeel::review::replay::{Replay, replay};
use pgkeel::review::{Reviewed, Scope, judge, read_files, run};
use pgkeel::source::{Loaded, Source, Workshop};
use pgkeel::status::Status;
use pgkeel_core::finding::Finding;
use pgkeel_core::review::{Evidence, File, Settings};

use crate::commands::queries::in_files;
use crate::commands::schema_source::Scratch;
use crate::context::{Context, displayed, store};
use crate::failure::Failure;

/// Whether a scratch database is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The text is enough.
    Never,
    /// When the project names a database and it can be reached.
    WhenReached,
    /// It was asked for: that it cannot be had is a failure.
    Always,
}

/// How a review looks at databases.
pub struct Exact<'a> {
    /// The command's context.
    pub context: &'a Context,
    /// The project.
    pub project: &'a Project,
    /// The scratch server.
    pub scratch: &'a Scratch,
    /// Whether it is used.
    pub wanted: Wanted,
}

impl Exact<'_> {
    /// Reviews.
    pub async fn review(&self, scope: &Scope, settings: &Settings) -> Result<Reviewed, Failure> {
        let target = match self.wanted {
            Wanted::Never => None,
            Wanted::Always => self.project.target()?,
            // Where the database's variable is not set, there is none to ask.
            Wanted::WhenReached => match self.project.target() {
                Err(pgkeel::database::Error::Unset(_)) => None,
                target => target?,
            },
        };
        let workshop = self.scratch.workshop_for(self.project, None);
        if self.wanted == Wanted::Never {
            return Ok(run(scope, settings)?);
        }
        if self.wanted == Wanted::WhenReached && target.is_none() {
            let (files, reviewed) = read_files(scope)?;
            let findings = self.broken_queries(&files, &reviewed, &workshop).await?;
            let evidence = Evidence { findings, ..Evidence::default() };
            return Ok(judge(scope, settings, files, reviewed, &evidence));
        }
        let (mut files, mut reviewed) = read_files(scope)?;
        let mut applied = BTreeSet::new();
        let mut start = None;
        if target.is_some() {
            match self.target(&files, &workshop).await {
                Ok((schema, there)) => (start, applied) = (Some(schema), there),
                Err(failure) if self.wanted == Wanted::Always => return Err(failure),
                Err(failure) => {
                    self.context.screen.note(&format!("judged by the text alone: {}", failure.message()));
                    return Ok(run(scope, settings)?);
                }
            }
        }
        let asked: Vec<usize> = (0..files.len()).filter(|at| reviewed.get(*at) == Some(&true)).collect();
        let named = !scope.paths.is_empty() || scope.base.is_some();
        if named && asked.iter().any(|at| applied.contains(at)) {
            // What is applied cannot meet the target's schema again: it is judged by the history before it.
            (start, applied) = (None, BTreeSet::new());
        } else {
            for at in &applied {
                files.get_mut(*at).into_iter().for_each(|file| file.settled = true);
                if let Some(reviewed) = reviewed.get_mut(*at) {
                    *reviewed = false;
                }
            }
        }
        let seeds = scope.seeds.clone();
        let request = Replay { files: &files, reviewed: &reviewed, start: start.as_ref(), applied, seeds };
        let mut evidence = match replay(request, &workshop).await {
            Ok(replayed) => {
                replayed.notes.iter().for_each(|note| self.context.screen.note(note));
                replayed.evidence
            }
            Err(error) if self.wanted == Wanted::Always => {
                return Err(Failure::Schema { message: error.to_string(), code: 3 });
            }
            Err(error) => {
                self.context.screen.note(&format!("judged by the text alone: {error}"));
                return Ok(run(scope, settings)?);
            }
        };
        evidence.findings = self.broken_queries(&files, &reviewed, &workshop).await?;
        Ok(judge(scope, settings, files, reviewed, &evidence))
    }

    /// Which of the application's own queries (`[expect] queries`) the reviewed files break.
    async fn broken_queries(
        &self,
        files: &[File],
        reviewed: &[bool],
        workshop: &Workshop,
    ) -> Result<Vec<Finding>, Failure> {
        let sources = self.project.config.expect.queries.iter().filter(|source| *source != STATISTICS);
        let mut queries = Vec::new();
        for source in sources {
            queries.extend(in_files(self.project, source, true)?.0);
        }
        if queries.is_empty() {
            return Ok(Vec::new());
        }
        Ok(broken_by(files, reviewed, &queries, workshop).await.unwrap_or_else(|error| {
            self.context.screen.note(&format!("the application's queries are not checked: {error}"));
            Vec::new()
        }))
    }

    /// The target's schema, and the files that it has already.
    async fn target(
        &self,
        files: &[File],
        workshop: &Workshop,
    ) -> Result<(Loaded, BTreeSet<usize>), Failure> {
        let opened = self.context.open(self.project).await?;
        let folder = displayed(self.project, &self.project.migrations_dir);
        let known = if self.project.migrations_dir.is_dir() {
            pgkeel::discover::migrations(&self.project.migrations_dir, &folder)?
        } else {
            Vec::new()
        };
        let session = ReadOnly::open(&opened.target, &self.context.connect_options("review")).await?;
        let status = Status::read(&session, &store(self.project), &known).await?;
        session.close().await;
        let standings = status.standings(&known);
        let full = |path: &str| std::fs::canonicalize(path).unwrap_or_else(|_| PathBuf::from(path));
        let there: BTreeSet<PathBuf> = standings
            .iter()
            .filter(|standing| standing.entry.is_some())
            .filter_map(|standing| Some(full(&standing.migration?.up.file)))
            .collect();
        let applied = (0..files.len())
            .filter(|at| files.get(*at).is_some_and(|file| there.contains(&full(&file.path))))
            .collect();
        let source = Source::Database(Box::new(opened.target.clone()));
        let loaded = source.load(workshop).await?;
        Ok((loaded, applied))
    }
}
