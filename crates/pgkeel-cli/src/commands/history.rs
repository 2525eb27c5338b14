//! `pgkeel history stamp|forget|accept|renumber|resolve|fingerprint`.

use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Subcommand};
use pgkeel::apply::RunOptions;
use pgkeel::load::Project;
use pgkeel::migrate::{Job, Resolution};
use pgkeel::record::{Correction, RecordJob};
use pgkeel_core::migration::Version;
use pgkeel_core::pending::Wish;
use serde_json::json;

use super::checks::ReasonedChecks;
use super::migrate::{job, read_migrations, version};
use super::schema_source::Scratch;
use crate::context::{Context, lock_wait, store};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::screen::GOOD;
use crate::signals::stop_on_signal;

mod fingerprints;

/// Put right what the history records, without running a migration.
#[derive(Debug, Args)]
pub struct History {
    #[command(subcommand)]
    verb: Verb,
    /// Seconds to wait for another run; 0 fails at once.
    #[arg(long, global = true, value_name = "SECONDS")]
    wait: Option<u64>,
    #[command(flatten)]
    checks: ReasonedChecks,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Record migrations as applied without running them: their objects must be there
    Stamp {
        /// The migrations' versions.
        #[arg(required_unless_present = "all")]
        versions: Vec<String>,
        /// Every migration that is not recorded.
        #[arg(long, conflicts_with = "versions")]
        all: bool,
        /// Record them although objects are missing.
        #[arg(long)]
        force: bool,
        /// Why; it is kept in the audit.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Take migrations out of the history, so that they are pending again or no longer missed
    Forget {
        /// The migrations' versions.
        #[arg(required = true)]
        versions: Vec<String>,
        /// Why; it is kept in the audit.
        #[arg(long)]
        reason: String,
    },
    /// Take the files as they are now for what was applied
    Accept {
        /// The migrations' versions.
        #[arg(required = true)]
        versions: Vec<String>,
        /// Why; it is kept in the audit.
        #[arg(long)]
        reason: String,
    },
    /// Say whether the step in which a migration was interrupted took effect, where nothing in the database tells
    #[command(group(clap::ArgGroup::new("how").required(true)))]
    Resolve {
        /// The migration's version.
        #[arg(value_name = "VERSION")]
        migration: String,
        /// It took effect: go on behind it.
        #[arg(long, group = "how")]
        done: bool,
        /// It did not: run it again.
        #[arg(long, group = "how")]
        again: bool,
        /// Why; it is kept in the audit.
        #[arg(long)]
        reason: String,
    },
    /// Record the fingerprints of the schemas between the migrations of a run, from a replay on a scratch database
    Fingerprint {
        #[command(flatten)]
        scratch: Scratch,
    },
    /// Follow a migration that has another version now
    Renumber {
        /// The version under which it was applied.
        old: String,
        /// Its version now.
        new: String,
        /// Why; it is kept in the audit.
        #[arg(long)]
        reason: String,
    },
}

impl Verb {
    /// The correction, its reason, whether it is forced, and the word for what was done.
    fn read(self) -> Result<(Correction, String, bool, &'static str), Failure> {
        let all =
            |texts: Vec<String>| texts.iter().map(|text| version(text)).collect::<Result<Vec<Version>, _>>();
        Ok(match self {
            Self::Stamp { versions, force, reason, .. } => {
                (Correction::Stamp(all(versions)?), reason, force, "recorded")
            }
            Self::Forget { versions, reason } => {
                (Correction::Forget(all(versions)?), reason, false, "forgotten")
            }
            Self::Accept { versions, reason } => {
                (Correction::Accept(all(versions)?), reason, false, "accepted")
            }
            Self::Resolve { migration: text, .. } => {
                return Err(Failure::usage(
                    format!("`{text}` is not corrected but resolved"),
                    "see `pgkeel history resolve --help`",
                ));
            }
            Self::Fingerprint { .. } => {
                return Err(Failure::usage("a fingerprint is no correction", "see `pgkeel history --help`"));
            }
            Self::Renumber { old, new, reason } => {
                (Correction::Renumber(version(&old)?, version(&new)?), reason, false, "renumbered")
            }
        })
    }
}

impl History {
    /// Runs the command.
    pub async fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        if let Verb::Resolve { migration: text, done, reason, .. } = &self.verb {
            let project = context.required_project()?;
            let run = self.checks.options(&project, reason)?;
            let wait = lock_wait(&project, self.wait);
            return resolve(context, &project, &version(text)?, *done, reason, run, wait).await;
        }
        if let Verb::Fingerprint { scratch } = &self.verb {
            return fingerprints::record(context, scratch, self.wait, self.checks).await;
        }
        let (correction, reason, force, done) = self.verb.read()?;
        let project = context.required_project()?;
        let run = self.checks.options(&project, &reason)?;
        let migrations = read_migrations(&project)?;
        let opened = context.open(&project).await?;
        let progress = Progress::new(&context.screen);
        let observe = |event| progress.show(&event);
        let job = RecordJob {
            target: &opened.target,
            connect: context.writing_options("history", &opened),
            migrations: &migrations,
            store: &store(&project),
            lock_wait: lock_wait(&project, self.wait),
            run,
            reason: &reason,
            force,
            observe: &observe,
        };
        let stop = stop_on_signal(&job.run.cancel);
        let corrected = job.correct(&correction).await;
        drop(stop);
        progress.end();
        let labels = corrected?;
        if context.json() {
            context.screen.json(&json!({ "format": "pgkeel/history/1", done: labels }))?;
        } else if labels.is_empty() {
            context.screen.result("Nothing to record.")?;
        } else {
            let lines: Vec<String> =
                labels.iter().map(|label| format!("  {GOOD}✓{GOOD:#} {done} {label}")).collect();
            context.screen.result(&lines.join("\n"))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn resolve(
    context: &Context,
    project: &Project,
    version: &Version,
    done: bool,
    reason: &str,
    run: RunOptions,
    lock_wait: Duration,
) -> Result<ExitCode, Failure> {
    let opened = context.open(project).await?;
    let store = store(project);
    let job = Job {
        connect: context.writing_options("history", &opened),
        lock_wait,
        run,
        ..job(&store, &opened, &[], &project.migrations_dir, Wish::default())
    };
    let how = if done { Resolution::Done } else { Resolution::Again };
    let stop = stop_on_signal(&job.run.cancel);
    let resolved = job.resolve(version, how, reason).await;
    drop(stop);
    let number = resolved?;
    if context.json() {
        context.screen.json(
            &json!({ "format": "pgkeel/history/1", "resolved": version, "step": number, "done": done }),
        )?;
    } else {
        let word = if done { "counts as done" } else { "runs again" };
        context.screen.result(&format!(
            "  {GOOD}✓{GOOD:#} step {number} of {version} {word}; `pgkeel migrate` goes on"
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}
