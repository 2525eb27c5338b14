//! `pgkeel dump SOURCE`.

use std::process::ExitCode;

use clap::Args;
use pgkeel::source::Source;

use super::schema_source::Scratch;
use crate::context::Context;
use crate::failure::Failure;

/// Print canonical DDL that recreates a schema; with --format json the snapshot.
#[derive(Debug, Args)]
pub struct Dump {
    /// A database URL, a folder of migrations or schema files, a .sql file, or a snapshot .json.
    source: String,
    /// Write passwords of user mappings, foreign servers and subscriptions too; without it they are ***.
    #[arg(long, conflicts_with = "format")]
    with_secrets: bool,
    #[command(flatten)]
    scratch: Scratch,
}

impl Dump {
    /// Runs the command.
    pub async fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let source = Source::parse(&self.source)?;
        let loaded = pgkeel::dump::schema(&source, &self.scratch.workshop()).await?;
        for note in &loaded.notes {
            context.screen.note(note);
        }
        if context.json() {
            context.screen.portions(&loaded.schema.to_json_portions())?;
            // The process ends: a large schema need not be given back piece by piece.
            std::mem::forget(loaded);
        } else {
            let (plan, hidden) = pgkeel::dump::creation(&loaded, self.with_secrets);
            for id in hidden {
                context.screen.note(&format!("a secret of {id} is written as ***; --with-secrets writes it"));
            }
            context.screen.script(&plan.to_sql())?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
