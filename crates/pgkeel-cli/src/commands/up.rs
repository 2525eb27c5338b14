//! `pgkeel up`.

use std::process::ExitCode;

use clap::Args;

use crate::context::Context;
use crate::failure::Failure;

/// Set a database up: extensions, migrations, seeds, verification.
#[derive(Debug, Args)]
pub struct Up {
    /// Seconds to wait for another run; 0 fails at once.
    #[arg(long, value_name = "SECONDS")]
    wait: Option<u64>,
}

impl Up {
    /// Runs the command.
    pub async fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let project = context.required_project()?;
        let migrations = super::migrate::read_migrations(&project)?;
        let opened = context.open_or_embedded(&project).await?;
        let wish = pgkeel_core::pending::Wish::default();
        let report = super::migrate::apply(context, &project, &opened, &migrations, wish, self.wait).await?;
        let seeded = super::seed::load(context, &project, &opened, &[], self.wait).await?;
        context.screen.say(&super::seed::table(&seeded));
        context.screen.result(&format!("{} applied", report.applied.len()))?;
        Ok(ExitCode::SUCCESS)
    }
}
