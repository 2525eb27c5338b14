//! `pgkeel rollback [--to V | --steps N] [--dry-run]`.

use std::process::ExitCode;

use clap::Args;
use pgkeel::database::ReadOnly;
use pgkeel::load::Project;
use pgkeel::rollback::fix::FixJob;
use pgkeel::rollback::generate::{Generated, Outcome, write_downs};
use pgkeel::rollback::keep::{KeepJob, Kept, list};
use pgkeel::rollback::{Job, Plan, Planned, Proof, RolledBack, Source};
use pgkeel_core::rollback::{Class, Wish};
use serde_json::{Value, json};

use super::migrate::{read_migrations, version};
use super::schema_source::Scratch;
use crate::context::{Context, Opened, displayed, lock_wait, run_options, store};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::screen::{BAD, BOLD, DIM, GOOD, WARN};

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
            run: run_options(&project),
            observe: &observe,
        };
        let plan = job.plan().await?;
        if self.dry_run || plan.migrations.is_empty() {
            return self.show(context, &plan, &opened);
        }
        for planned in &plan.migrations {
            tell(context, planned);
        }
        let stop = tokio::spawn(crate::signals::stop_on_signal(job.run.cancel.clone()));
        let done = job.roll_back(&plan).await;
        stop.abort();
        progress.end();
        let done = done?;
        if context.json() {
            context.screen.json(&document(&plan, &done, false, &opened))?;
        } else {
            context.screen.result(&summary(&plan, &done, &opened))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    async fn undo_fix(
        &self,
        context: &Context,
        project: &Project,
        opened: &Opened,
        id: i64,
    ) -> Result<ExitCode, Failure> {
        let progress = Progress::new(&context.screen);
        let observe = |event| progress.show(&event);
        let store = store(project);
        let job = FixJob {
            target: &opened.target,
            connect: context.writing_options("rollback", opened),
            embedded: opened.embedded,
            store: &store,
            id,
            allowed: &self.allow_loss,
            lock_wait: lock_wait(project, self.wait),
            run: run_options(project),
            observe: &observe,
        };
        let plan = job.plan().await?;
        if !self.dry_run {
            job.undo(&plan).await?;
            progress.end();
        }
        if context.json() {
            context
                .screen
                .json(&json!({ "format": "pgkeel/undo-fix/1", "dry_run": self.dry_run, "fix": plan }))?;
        } else {
            let statements: String =
                plan.statements.iter().map(|sql| format!("\n  {};", sql.replace('\n', "\n  "))).collect();
            let word = if self.dry_run { "would be undone by:" } else { "is undone:" };
            context.screen.result(&format!("Repair #{id} of {} {word}{statements}", plan.at))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    /// What is set aside: listed, put back, or dropped.
    async fn kept(&self, context: &Context, project: &Project, opened: &Opened) -> Result<ExitCode, Failure> {
        let store = store(project);
        let job = KeepJob {
            target: &opened.target,
            connect: context.writing_options("rollback", opened),
            store: &store,
            lock_wait: lock_wait(project, self.wait),
            observe: &|_| {},
        };
        let (word, all) = if let Some(versions) = &self.restore {
            let versions = versions.iter().map(|text| version(text)).collect::<Result<Vec<_>, _>>()?;
            ("put back", job.restore(&versions).await?)
        } else if self.purge_kept {
            ("purged", job.purge().await?)
        } else {
            let session = ReadOnly::open(&opened.target, &context.connect_options("rollback --kept")).await?;
            let all = list(&session, &store).await;
            session.close().await;
            ("kept", all?)
        };
        if context.json() {
            context.screen.json(&json!({ "format": "pgkeel/kept/1", "done": word, "kept": all }))?;
        } else if all.is_empty() {
            context.screen.result(&format!("Nothing is {word}."))?;
        } else {
            let line = |kept: &Kept| {
                let expired = if kept.expired { format!(" {WARN}expired{WARN:#}") } else { String::new() };
                let Kept { kind, object, version, kept_at, expires_at, .. } = kept;
                format!(
                    "  {word}: {kind} {BOLD}{object}{BOLD:#} {DIM}of {version}, since {kept_at}, until {expires_at}{DIM:#}{expired}"
                )
            };
            context.screen.result(&all.iter().map(line).collect::<Vec<_>>().join("\n"))?;
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

/// Writes the down parts that are missing.
async fn generate(
    context: &Context,
    project: &Project,
    versions: &[String],
    scratch: &Scratch,
    dry_run: bool,
) -> Result<ExitCode, Failure> {
    let versions = versions.iter().map(|text| version(text)).collect::<Result<Vec<_>, _>>()?;
    let migrations = read_migrations(project)?;
    let workshop = scratch.workshop_for(project, None);
    let folder = &project.migrations_dir;
    let downs = write_downs(folder, &migrations, &versions, &workshop, dry_run).await?;
    let all = &downs.generated;
    let unproven = all.iter().any(|one| matches!(one.outcome, Outcome::NotProven { .. }));
    if context.json() {
        context
            .screen
            .json(&json!({ "format": "pgkeel/generated-downs/1", "dry_run": dry_run, "generated": all }))?;
    } else if all.is_empty() && downs.stopped.is_none() {
        context.screen.result("Every migration has a down part.")?;
    } else if !all.is_empty() {
        let lines: Vec<String> = all.iter().map(|one| generated_lines(one, project, dry_run)).collect();
        context.screen.result(&lines.join("\n"))?;
    }
    match downs.stopped {
        Some(error) => Err(error.into()),
        None => Ok(ExitCode::from(u8::from(unproven))),
    }
}

fn generated_lines(one: &Generated, project: &Project, dry_run: bool) -> String {
    let mut lines = vec![match &one.outcome {
        Outcome::Written { file } => {
            let file = displayed(project, file);
            format!("  {GOOD}✓{GOOD:#} {} {DIM}{}{DIM:#}", one.label, file.display())
        }
        Outcome::NothingToUndo => {
            format!("  {DIM}·{DIM:#} {} {DIM}changes no schema: write its way back by hand{DIM:#}", one.label)
        }
        Outcome::NotProven { why } => format!("  {BAD}✗{BAD:#} {}: not written: {why}", one.label),
    }];
    lines.extend(one.loses.iter().map(|words| format!("    {WARN}loses{WARN:#} {words}")));
    lines.extend(one.notes.iter().map(|note| format!("    {DIM}note: {note}{DIM:#}")));
    if dry_run {
        lines.extend(one.script.lines().map(|line| format!("      {line}")));
    }
    lines.join("\n")
}

/// What the user should know before it happens.
fn tell(context: &Context, planned: &Planned) {
    for note in &planned.notes {
        context.screen.note(&format!("{}: {note}", planned.label));
    }
    match &planned.proof {
        Proof::Proven { .. } => {}
        other => context.screen.note(&format!("{}: {}", planned.label, proof_words(other))),
    }
}

fn proof_words(proof: &Proof) -> String {
    match proof {
        Proof::Proven { on } => format!("proven on {on}: the schema is what it was before"),
        Proof::Different { on, rest } => {
            let more = rest.len().saturating_sub(3);
            let shown: Vec<String> =
                rest.iter().take(3).map(|sql| format!("\n        {}", first_line(sql))).collect();
            let more = if more > 0 { format!("\n        and {more} more") } else { String::new() };
            format!(
                "tried on {on}: the schema is not what it was before; to get there:{}{more}",
                shown.concat()
            )
        }
        Proof::Runs { on, why } => format!("runs on {on}; what it leads to is not proven: {why}"),
        Proof::Fails { on, message } => format!("fails on {on}: {message}"),
        Proof::Untried { why } => format!("not proven: {why}"),
    }
}

fn first_line(sql: &str) -> &str {
    sql.lines().next().unwrap_or_default()
}

fn outlook(plan: &Plan, allowed: &[String], preserve: bool) -> String {
    let mut lines = vec![format!("{} would be rolled back:", count(plan.migrations.len()))];
    for planned in &plan.migrations {
        let style = match planned.class {
            Class::Reversible => GOOD,
            Class::ReversibleWithLoss => WARN,
            Class::Irreversible => BAD,
        };
        let source = match planned.source {
            Source::Recorded => "the recorded down script",
            Source::File => "the file's down part",
            Source::Generated => "a generated down script",
        };
        lines.push(format!(
            "  {BOLD}{}{BOLD:#} {style}{}{style:#} {DIM}{source}, {} statements{DIM:#}",
            planned.label,
            planned.class.as_str(),
            planned.statements.len()
        ));
        lines
            .extend(planned.statements.iter().map(|sql| format!("      {};", sql.replace('\n', "\n      "))));
        for loss in &planned.losses {
            let there = match (loss.now, loss.rows) {
                (false, _) => "nothing is there now".to_owned(),
                (true, Some(rows)) => format!("{rows} now"),
                (true, None) => "not counted".to_owned(),
            };
            let line = loss.line.map(|line| format!(" line {line}:")).unwrap_or_default();
            lines.push(format!("    {WARN}loses{WARN:#}{line} {} ({there})", loss.what));
        }
        lines.extend(planned.notes.iter().map(|note| format!("    {DIM}note: {note}{DIM:#}")));
        lines.push(format!("    {}", proof_words(&planned.proof)));
    }
    let forbidden = plan.forbidden(allowed, preserve);
    if let Some(first) = forbidden.first() {
        lines.push(format!(
            "{BAD}It would be refused{BAD:#}: data would be lost. --preserve-data sets tables and columns \
             aside; --allow-loss \"{}\" (once per object) or --allow-loss all allows it.",
            first.object
        ));
    }
    lines.join("\n")
}

fn summary(plan: &Plan, done: &[RolledBack], opened: &Opened) -> String {
    let elapsed: u64 = done.iter().map(|done| done.elapsed_ms).sum();
    format!(
        "{GOOD}✓{GOOD:#} {BOLD}{} rolled back{BOLD:#} in {elapsed} ms, {} left applied  {DIM}{}{DIM:#}",
        count(done.len()),
        plan.remaining,
        opened.shown
    )
}

fn document(plan: &Plan, done: &[RolledBack], dry_run: bool, opened: &Opened) -> Value {
    json!({
        "format": "pgkeel/rollback/1",
        "database": opened.shown,
        "dry_run": dry_run,
        "plan": plan.migrations,
        "rolled_back": done,
        "still_applied": plan.remaining,
    })
}

fn count(n: usize) -> String {
    if n == 1 { "1 migration".to_owned() } else { format!("{n} migrations") }
}
