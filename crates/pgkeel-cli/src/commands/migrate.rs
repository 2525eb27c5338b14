//! `pgkeel migrate`.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use pgkeel::apply::RunOptions;
use pgkeel::discover;
use pgkeel::load::Project;
use pgkeel::migrate::{Job, Report};
use pgkeel_core::migration::{Migration, Version};
use pgkeel_core::pending::Wish;
use serde_json::json;

use super::checks::Checks;
use crate::context::{Context, Opened, displayed, lock_wait, store};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::screen::{self, BOLD, DIM, GOOD};

/// Apply pending migrations.
#[derive(Debug, Args)]
pub struct Migrate {
    /// Apply nothing behind this version.
    #[arg(long, value_name = "VERSION")]
    to: Option<String>,
    /// Show what would be applied, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Apply migrations that come before one that is applied already.
    #[arg(long)]
    allow_out_of_order: bool,
    /// Seconds to wait for another run; 0 fails at once.
    #[arg(long, value_name = "SECONDS")]
    wait: Option<u64>,
    #[command(flatten)]
    checks: Checks,
}

impl Migrate {
    /// Runs the command.
    pub async fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let project = context.required_project()?;
        let migrations = read_migrations(&project)?;
        note_nested(context, &project);
        let wish = Wish {
            to: self.to.as_deref().map(version).transpose()?,
            allow_out_of_order: self.allow_out_of_order || project.config.migrations.allow_out_of_order,
        };
        let opened = context.open(&project).await?;
        let run = self.checks.options(&project)?;
        if self.dry_run {
            return dry_run(context, &project, &opened, &migrations, wish, run).await;
        }
        let report = apply(context, &project, &opened, &migrations, wish, self.wait, run).await?;
        if context.json() {
            context.screen.json(&document(&report, &opened))?;
        } else {
            context.screen.result(&summary(&report, &opened))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The migrations of a project.
pub fn read_migrations(project: &Project) -> Result<Vec<Migration>, Failure> {
    let folder = &project.migrations_dir;
    Ok(discover::migrations(folder, &displayed(project, folder))?)
}

/// Says which files below the folder of migrations are none, because they are in a folder of their own.
pub fn note_nested(context: &Context, project: &Project) {
    if project.migrations_dir == project.root {
        // A plain folder of files holds other things as well: seeds, queries.
        return;
    }
    let nested = discover::nested(&project.migrations_dir);
    if let Some(first) = nested.first() {
        let more = match nested.len() - 1 {
            0 => String::new(),
            more => format!(" and {}", screen::count(more, "more file")),
        };
        context.screen.note(&format!(
            "{}{more} in a folder of its own: only files directly in the folder of migrations are migrations",
            displayed(project, first).display(),
        ));
    }
}

/// A version from the command line.
pub fn version(text: &str) -> Result<Version, Failure> {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    Version::parse(&digits).ok_or_else(|| {
        Failure::usage(format!("`{text}` is not a version"), "a version is a migration's number, like 0014")
    })
}

/// Applies what is pending, with progress.
pub async fn apply(
    context: &Context,
    project: &Project,
    opened: &Opened,
    migrations: &[Migration],
    wish: Wish,
    wait: Option<u64>,
    run: RunOptions,
) -> Result<Report, Failure> {
    let progress = Progress::new(&context.screen);
    let observe = |event| progress.show(&event);
    let store = store(project);
    let job = Job {
        connect: context.writing_options("migrate", opened),
        lock_wait: lock_wait(project, wait),
        run,
        observe: &observe,
        ..job(&store, opened, migrations, &project.migrations_dir, wish)
    };
    let stop = crate::signals::stop_on_signal(&job.run.cancel);
    let report = job.migrate().await;
    drop(stop);
    progress.end();
    Ok(report?)
}

pub(super) fn job<'a>(
    store: &'a pgkeel::store::Store,
    opened: &'a Opened,
    migrations: &'a [Migration],
    folder: &'a Path,
    wish: Wish,
) -> Job<'a> {
    Job {
        target: &opened.target,
        connect: pgkeel::database::ConnectOptions::default(),
        folder,
        migrations,
        embedded: opened.embedded,
        store,
        wish,
        lock_wait: std::time::Duration::ZERO,
        run: pgkeel::apply::RunOptions::default(),
        observe: &|_| {},
    }
}

async fn dry_run(
    context: &Context,
    project: &Project,
    opened: &Opened,
    migrations: &[Migration],
    wish: Wish,
    run: RunOptions,
) -> Result<ExitCode, Failure> {
    let store = store(project);
    let progress = Progress::new(&context.screen);
    let observe = |event| progress.show(&event);
    let job = Job {
        connect: context.connect_options("migrate --dry-run"),
        run,
        observe: &observe,
        ..job(&store, opened, migrations, &project.migrations_dir, wish)
    };
    let todo = job.dry_run().await?;
    if context.json() {
        let pending: Vec<_> = todo
            .iter()
            .map(|m| json!({ "version": m.version, "name": m.name, "file": m.up.file, "statements": m.up.statements }))
            .collect();
        context.screen.json(&json!({ "format": "pgkeel/dry-run/1", "pending": pending }))?;
    } else if todo.is_empty() {
        context.screen.result("Nothing to apply.")?;
    } else {
        let lines: Vec<String> = todo
            .iter()
            .map(|m| {
                let statements = screen::count(m.up.statements, "statement");
                format!("  {} {DIM}{statements}, {}{DIM:#}", m.label(), m.up.file)
            })
            .collect();
        context.screen.result(&format!("{} would be applied:\n{}", count(todo.len()), lines.join("\n")))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The report as JSON.
pub fn document(report: &Report, opened: &Opened) -> serde_json::Value {
    json!({
        "format": "pgkeel/migrate/1",
        "database": opened.shown,
        "applied": report.applied,
        "already_applied": report.already_applied,
        "still_pending": report.still_pending,
        "created_history": report.created_history,
    })
}

fn summary(report: &Report, opened: &Opened) -> String {
    let place = format!("{DIM}{}{DIM:#}", opened.shown);
    let pending = match report.still_pending {
        0 => String::new(),
        n => format!(", {n} still pending"),
    };
    if report.applied.is_empty() {
        return format!(
            "{GOOD}✓{GOOD:#} Nothing to apply: {} before{pending}  {place}",
            count(report.already_applied)
        );
    }
    let elapsed: u64 = report.applied.iter().map(|applied| applied.elapsed_ms).sum();
    format!(
        "{GOOD}✓{GOOD:#} {BOLD}{} applied{BOLD:#} in {elapsed} ms, {} before{pending}  {place}",
        count(report.applied.len()),
        report.already_applied,
    )
}

fn count(n: usize) -> String {
    screen::count(n, "migration")
}
