//! `pgkeel drift [accept NAME | revert]`.

use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Subcommand};
use pgkeel::apply::RunOptions;
use pgkeel::database::ReadOnly;
use pgkeel::drift::{Acceptance, Drift as Found, DriftJob};
use pgkeel::load::Project;
use pgkeel_core::config::Numbering;
use pgkeel_core::event::Event;
use pgkeel_core::guard::culprit_of;
use pgkeel_core::migration::Migration;
use pgkeel_core::plan::Options;
use pgkeel_core::validate::Ignored;
use serde_json::{Value, json};

use super::checks::Checks;
use super::diff::renamings;
use super::migrate::read_migrations;
use super::schema_source::Scratch;
use super::validate::line;
use crate::context::{Context, Opened, displayed, lock_wait, store};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::render;
use crate::screen::{self, BAD, DIM, GOOD};
use crate::signals::stop_on_signal;

mod revert;

/// Show what changed in the database outside its migrations, and by whom; adopt it or undo it.
#[derive(Debug, Args)]
pub struct Drift {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    scratch: Scratch,
    /// Seconds to wait for another run; 0 fails at once.
    #[arg(long, global = true, value_name = "SECONDS")]
    wait: Option<u64>,
    #[command(flatten)]
    checks: Checks,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Write the migration that adopts the change, and record it as applied here
    Accept(Accept),
    /// Show the plan that undoes the change, or run it with --apply
    Revert(revert::Revert),
}

#[derive(Debug, Args)]
struct Accept {
    /// What the migration is called: "keep the hotfix index".
    #[arg(required = true)]
    name: Vec<String>,
    /// Two files, NAME.up.sql and NAME.down.sql, instead of one.
    #[arg(long)]
    pair: bool,
    /// What only has another name: "column public.users.mail=email". What the guard saw being renamed need not be said.
    #[arg(long, value_name = "OLD=NEW")]
    rename: Vec<String>,
    /// An object that really was dropped here, though another like it came: "column public.users.mail", or all.
    #[arg(long, value_name = "OBJECT")]
    allow_loss: Vec<String>,
}

impl Drift {
    /// Runs the command.
    pub async fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let project = context.required_project()?;
        let migrations = read_migrations(&project)?;
        let opened = context.open(&project).await?;
        let run = self.checks.options(&project)?;
        let site = Site {
            context,
            project: &project,
            migrations: &migrations,
            opened: &opened,
            lock_wait: lock_wait(&project, self.wait),
            run,
        };
        match self.what {
            None => site.list(&self.scratch).await,
            Some(What::Accept(accept)) => site.accept(&self.scratch, &accept).await,
            Some(What::Revert(revert)) => site.revert(&self.scratch, revert).await,
        }
    }
}

/// Where the command works.
struct Site<'a> {
    context: &'a Context,
    project: &'a Project,
    migrations: &'a [Migration],
    opened: &'a Opened,
    lock_wait: Duration,
    run: RunOptions,
}

impl Site<'_> {
    async fn list(&self, scratch: &Scratch) -> Result<ExitCode, Failure> {
        let drift = self.look(scratch, &Options::default()).await?;
        if self.context.json() {
            let findings: Vec<Value> = drift
                .findings
                .iter()
                .map(|finding| {
                    let mut value = render::json_value(finding);
                    let record =
                        finding.object.as_deref().and_then(|object| culprit_of(object, &drift.records));
                    value["changed_by"] = json!(record);
                    value
                })
                .collect();
            self.context.screen.json(&json!({
                "format": "pgkeel/drift/1",
                "database": self.opened.shown,
                "drifted": !drift.is_none(),
                "findings": findings,
            }))?;
        } else if drift.is_none() {
            self.context.screen.result(&format!(
                "{GOOD}✓{GOOD:#} no drift: the database is what its applied migrations make  {DIM}{}{DIM:#}",
                self.opened.shown
            ))?;
        } else {
            let mut lines: Vec<String> = drift.findings.iter().map(line).collect();
            lines.push(format!(
                "{BAD}✗{BAD:#} the database is not what its applied migrations make: {}  {DIM}{}{DIM:#}",
                screen::count(drift.findings.len(), "difference"),
                self.opened.shown
            ));
            lines.push(format!(
                "{GOOD}help:{GOOD:#} `pgkeel drift accept NAME` makes a migration of it, `pgkeel drift revert` shows what undoes it"
            ));
            self.context.screen.result(&lines.join("\n"))?;
        }
        Ok(ExitCode::from(u8::from(!drift.is_none())))
    }

    async fn accept(&self, scratch: &Scratch, accept: &Accept) -> Result<ExitCode, Failure> {
        let name = accept.name.join(" ");
        let at_time = self.project.config.migrations.numbering == Numbering::Timestamp;
        let acceptance =
            Acceptance { name: &name, at_time, pair: accept.pair, allow_loss: &accept.allow_loss };
        let workshop = scratch.workshop_for(self.project, self.major().await?);
        let (store, ignored) = (store(self.project), Ignored::new(&self.project.config.expect.ignore));
        let options = Options { renames: renamings(&accept.rename)?, ..Options::default() };
        let progress = Progress::new(&self.context.screen);
        let observe = |event| progress.show(&event);
        let job = self.job(&store, &ignored, &workshop, &options, &observe);
        let stop = stop_on_signal(&self.run.cancel);
        let accepted = job.accept(&acceptance).await;
        drop(stop);
        progress.end();
        let accepted = accepted?;
        for note in &accepted.notes {
            self.context.screen.note(note);
        }
        let shown: Vec<String> =
            accepted.files.iter().map(|file| displayed(self.project, file).display().to_string()).collect();
        if self.context.json() {
            self.context.screen.json(&json!({
                "format": "pgkeel/drift-accept/1",
                "version": accepted.version,
                "files": shown,
                "adopted": accepted.findings.iter().map(|finding| &finding.object).collect::<Vec<_>>(),
                "loses": accepted.losses,
            }))?;
        } else if shown.is_empty() {
            self.context.screen.result("no drift: there is nothing to accept")?;
        } else {
            self.context.screen.result(&shown.join("\n"))?;
            self.context.screen.say("proven on a scratch database, and recorded as applied on this database");
            for lost in &accepted.losses {
                self.context.screen.warn(&format!("wherever else this migration runs it loses {lost}"));
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    async fn look(&self, scratch: &Scratch, options: &Options) -> Result<Found, Failure> {
        let workshop = scratch.workshop_for(self.project, self.major().await?);
        let (store, ignored) = (store(self.project), Ignored::new(&self.project.config.expect.ignore));
        let drift = self.job(&store, &ignored, &workshop, options, &|_| {}).look().await?;
        for note in &drift.notes {
            self.context.screen.note(note);
        }
        Ok(drift)
    }

    fn job<'j>(
        &'j self,
        store: &'j pgkeel::store::Store,
        ignored: &'j Ignored,
        workshop: &'j pgkeel::source::Workshop,
        options: &'j Options,
        observe: &'j (dyn Fn(Event) + Send + Sync),
    ) -> DriftJob<'j> {
        DriftJob {
            target: &self.opened.target,
            connect: self.context.writing_options("drift", self.opened),
            folder: &self.project.migrations_dir,
            migrations: self.migrations,
            store,
            ignored,
            workshop,
            options,
            lock_wait: self.lock_wait,
            run: self.run.clone(),
            observe,
        }
    }

    /// The major version of the database: a scratch database of the same one writes definitions alike.
    async fn major(&self) -> Result<Option<u32>, Failure> {
        let session = ReadOnly::open(&self.opened.target, &self.context.connect_options("drift")).await?;
        let version = session.reported("server_version").unwrap_or_default().to_owned();
        session.close().await;
        Ok(version.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok()))
    }
}
