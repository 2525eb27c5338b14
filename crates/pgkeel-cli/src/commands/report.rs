//! `pgkeel report [--output FILE]`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use pgkeel::database::ReadOnly;
use pgkeel::health;
use pgkeel_core::health::Tier;
use pgkeel_server::page::{View, report};
use pgkeel_server::{Looks, Moment, Snapshot};

use super::health_check::subject;
use crate::context::Context;
use crate::failure::Failure;

/// Write the dashboard as one self-contained HTML file.
#[derive(Debug, Args)]
pub struct Report {
    /// The file; standard output when not given
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Report {
    /// Runs the command.
    pub async fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let project = context.project()?;
        let opened = context.open(&project).await?;
        let subject = subject(&project)?;
        let begun = Moment::now();
        let session = ReadOnly::open(&opened.target, &health::options()).await?;
        let seen = health::look_closely(&session, &subject, &[Tier::Fast, Tier::Catalog, Tier::Slow]).await?;
        let query = |source| pgkeel::database::Error::Query { doing: "reading the schema", source };
        let outline = health::outline(&session, subject.store.namespace()).await.map_err(query)?;
        let activity = health::activity(&session).await.map_err(query)?;
        let around = pgkeel::performance::around(&session, &subject.store, None, &subject.migrations).await?;
        session.close().await;
        let verdict = subject.verdict(&seen);
        let snapshot = Snapshot {
            report: Arc::new(seen),
            verdict: verdict.clone(),
            activity: Arc::new(activity),
            performance: Arc::new(around),
            environments: Arc::default(),
            outline: Arc::new(outline),
            seen: begun,
            looks: Looks { catalog: Some(begun), slow: Some(begun), compared: Some(begun) },
            took: begun.age(),
            failures: 0,
            looked: true,
        };
        let view = View {
            snapshot: &snapshot,
            verdict: &verdict,
            stale: false,
            environment: &project.environment,
            can_migrate: false,
            alone: true,
        };
        let html = report(&view).into_string();
        match self.output {
            None => context.screen.result(&html)?,
            Some(path) => {
                let failed =
                    |source| pgkeel::Error::Io { doing: "write", path: path.display().to_string(), source };
                std::fs::write(&path, html).map_err(failed)?;
                context.screen.say(&format!("written: {}", path.display()));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
