//! `pgkeel rollback [--to V | --steps N] [--dry-run]`, and what else goes back: `--generate`, `--fix`, `--restore`.

use std::process::ExitCode;

use clap::Args;
use pgkeel::rollback::{Job, Plan};
use pgkeel_core::rollback::Wish;

use super::checks::Checks;
use super::migrate::{read_migrations, version};
use super::schema_source::Scratch;
use crate::context::{Context, Opened, lock_wait, store};
use crate::failure::Failure;
use crate::progress::Progress;

mod fix;
mod generate;
mod kept;
mod words;

use generate::generate;
use words::{document, outlook, summary, tell};

/// Take applied migrations back, newest first.
#[derive(Debug, Args)]
pub struct Rollback {
    /// Take back everything behind this version; 0 takes everything back.
    #[arg(long, value_name = "VERSION", conflicts_with = "steps")]
    to: Option<String>,
    /// Take back so many migrations.
    #[arg(long, value_name = "N", default_value_t = 1)]
    steps: usize,
    /// Show what would be done and what would be lost, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Allow what this object holds to be lost, e.g. "table users"; "all" allows every loss. May be given several times.
    #[arg(long, value_name = "OBJECT")]
    allow_loss: Vec<String>,
    /// Set tables and columns that would be dropped aside, for so many days at least; applying the migration again, or
    /// --restore, puts them back.
    #[arg(long, value_name = "DAYS", num_args = 0..=1, default_missing_value = "30")]
    preserve_data: Option<u32>,
    /// List what is set aside.
    #[arg(long)]
    kept: bool,
    /// Put back what was set aside of these migrations, or of all.
    #[arg(long, value_name = "VERSION", num_args = 0..)]
    restore: Option<Vec<String>>,
    /// Drop what was set aside and has expired, for good.
    #[arg(long)]
    purge_kept: bool,
    /// Run the file's down part where it has one, instead of the one recorded when the migration was applied.
    #[arg(long)]
    from_file: bool,
    /// Do not try it on a scratch database first.
    #[arg(long)]
    no_proof: bool,
    /// Write down parts into the files that have none, or only into those of these versions: generated from the schemas
    /// before and after each migration, and proven on a scratch database. With --dry-run they are only shown.
    #[arg(long, value_name = "VERSION", num_args = 0.., conflicts_with_all = ["to", "steps", "allow_loss", "from_file", "no_proof"])]
    generate: Option<Vec<String>>,
    /// Undo the repair of this number in the audit; `pgkeel log --action auto-fix` lists them.
    #[arg(long, value_name = "ID", conflicts_with_all = ["to", "steps", "from_file", "no_proof", "generate"])]
    fix: Option<i64>,
    /// Seconds to wait for another run; 0 fails at once.
    #[arg(long, value_name = "SECONDS")]
    wait: Option<u64>,
    #[command(flatten)]
    checks: Checks,
    #[command(flatten)]
    scratch: Scratch,
}

impl Rollback {
    /// Runs the command.
    pub async fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let project = context.required_project()?;
        if let Some(versions) = &self.generate {
            return generate(context, &project, versions, &self.scratch, self.dry_run).await;
        }
        let opened = context.open(&project).await?;
        if let Some(id) = self.fix {
            return self.undo_fix(context, &project, &opened, id).await;
        }
        if self.kept || self.purge_kept || self.restore.is_some() {
            return self.kept(context, &project, &opened).await;
        }
        // The recorded scripts need no files: what is wrong with those must not stand in the way.
        let migrations = read_migrations(&project).unwrap_or_else(|failure| {
            context.screen.note(&format!("the files are left out: {}", failure.message()));
            Vec::new()
        });
        let workshop = self.scratch.workshop_for(&project, None);
        let progress = Progress::new(&context.screen);
        let observe = |event| progress.show(&event);
        let store = store(&project);
        let job = Job {
            target: &opened.target,
            connect: context.writing_options("rollback", &opened),
            folder: &project.migrations_dir,
            migrations: &migrations,
            embedded: opened.embedded,
            store: &store,
            wish: self.wish()?,
            allowed: &self.allow_loss,
            preserve: self.preserve_data,
            from_file: self.from_file,
            prove: !self.no_proof,
            workshop: &workshop,
            lock_wait: lock_wait(&project, self.wait),
            run: self.checks.options(&project)?,
            observe: &observe,
        };
        let plan = job.plan().await?;
        if self.dry_run || plan.migrations.is_empty() {
            return self.show(context, &plan, &opened);
        }
        for planned in &plan.migrations {
            tell(context, planned);
        }
        let stop = crate::signals::stop_on_signal(&job.run.cancel);
        let done = job.roll_back(&plan).await;
        drop(stop);
        progress.end();
        let done = done?;
        if context.json() {
            context.screen.json(&document(&plan, &done, false, &opened))?;
        } else {
            context.screen.result(&summary(&plan, &done, &opened))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn wish(&self) -> Result<Wish, Failure> {
        Ok(match &self.to {
            Some(to) => Wish::To(version(to)?),
            None => Wish::Steps(self.steps),
        })
    }

    fn show(&self, context: &Context, plan: &Plan, opened: &Opened) -> Result<ExitCode, Failure> {
        if context.json() {
            context.screen.json(&document(plan, &[], true, opened))?;
        } else if plan.migrations.is_empty() {
            context.screen.result("Nothing to roll back.")?;
        } else {
            context.screen.result(&outlook(plan, &self.allow_loss, self.preserve_data.is_some()))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
