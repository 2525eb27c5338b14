//! `pgkeel seed [NAME...]`.

use std::process::ExitCode;

use clap::Args;
use pgkeel::apply::RunOptions;
use pgkeel::load::Project;
use pgkeel::seed::{SeedJob, Seeded};
use serde_json::json;

use super::checks::Checks;
use crate::context::{Context, Opened, displayed, lock_wait, store};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::screen::{DIM, GOOD};

/// Load reference data; loading it again changes nothing.
#[derive(Debug, Args)]
pub struct Seed {
    /// Only these seeds, by file name, with or without number and ending.
    names: Vec<String>,
    /// Seconds to wait for another run; 0 fails at once.
    #[arg(long, value_name = "SECONDS")]
    wait: Option<u64>,
    #[command(flatten)]
    checks: Checks,
}

impl Seed {
    /// Runs the command.
    pub async fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let project = context.required_project()?;
        let opened = context.open(&project).await?;
        let seeded =
            load(context, &project, &opened, &self.names, self.wait, self.checks.options(&project)?).await?;
        if context.json() {
            let document = json!({ "format": "pgkeel/seed/1", "database": opened.shown, "seeds": seeded });
            context.screen.json(&document)?;
        } else if seeded.is_empty() {
            context.screen.result("There are no seeds.")?;
        } else {
            context.screen.result(&table(&seeded))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Loads seeds, with progress.
pub async fn load(
    context: &Context,
    project: &Project,
    opened: &Opened,
    names: &[String],
    wait: Option<u64>,
    run: RunOptions,
) -> Result<Vec<Seeded>, Failure> {
    let progress = Progress::new(&context.screen);
    let observe = |event| progress.show(&event);
    let job = SeedJob {
        target: &opened.target,
        connect: context.writing_options("seed", opened),
        embedded: opened.embedded,
        folder: &project.seeds_dir,
        display: &displayed(project, &project.seeds_dir),
        names,
        store: &store(project),
        lock_wait: lock_wait(project, wait),
        run,
        observe: &observe,
    };
    let stop = crate::signals::stop_on_signal(&job.run.cancel);
    let seeded = job.seed().await;
    drop(stop);
    progress.end();
    Ok(seeded?)
}

/// A line per file with its counts.
pub fn table(seeded: &[Seeded]) -> String {
    let name = |seed: &Seeded| seed.file.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    let width = seeded.iter().map(|seed| name(seed).chars().count()).max().unwrap_or(0);
    let line = |seed: &Seeded| {
        let deleted = if seed.deleted > 0 { format!(", {} deleted", seed.deleted) } else { String::new() };
        let uncounted =
            if seed.uncounted { ", and what a query's INSERT passed over, uncounted" } else { "" };
        format!(
            "  {GOOD}✓{GOOD:#} {:width$}  {} created, {} updated, {} unchanged, {} skipped{deleted}{uncounted} {DIM}{} \
             ms{DIM:#}",
            name(seed),
            seed.created,
            seed.updated,
            seed.unchanged,
            seed.skipped,
            seed.elapsed_ms
        )
    };
    seeded.iter().map(line).collect::<Vec<_>>().join("\n")
}
