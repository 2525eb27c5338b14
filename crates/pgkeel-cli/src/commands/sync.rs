//! `pgkeel sync FROM TO`.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Args;
use pgkeel::apply::RunOptions;
use pgkeel::apply::plan::{Allowed, forbidden};
use pgkeel::source::Source;
use pgkeel::store::Store;

use super::diff::tell;
use super::schema_source::Scratch;

/// Bring one database to another's schema.
#[derive(Debug, Args)]
pub struct Sync {
    /// The database that is to change, as a URL.
    from: String,
    /// What it is to become: a database URL, a folder, a .sql file, or a snapshot .json.
    to: String,
    /// Run the plan; without it the plan is only printed.
    #[arg(long)]
    apply: bool,
    /// Allow this object's data to be lost, e.g. "column public.users.name". May be given several times.
    #[arg(long, value_name = "OBJECT")]
    allow_loss: Vec<String>,
    #[command(flatten)]
    scratch: Scratch,
}

impl Sync {
    /// Runs the command.
    pub async fn run(self) -> ExitCode {
        let (from, to) = match (Source::parse(&self.from), Source::parse(&self.to)) {
            (Ok(Source::Database(from)), Ok(to)) => (from, to),
            (Ok(_), Ok(_)) => {
                tell("error: only a database can be brought to another schema; FROM is a file");
                return ExitCode::from(2);
            }
            (Err(error), _) | (_, Err(error)) => {
                tell(&format!("error: {error}"));
                return ExitCode::from(2);
            }
        };
        let workshop = self.scratch.workshop();
        let source = Source::Database(from.clone());
        let difference = match pgkeel::diff::diff(&source, &to, &workshop).await {
            Ok(difference) => difference,
            Err(error) => {
                tell(&format!("error: {error}"));
                return ExitCode::from(3);
            }
        };
        for note in difference.from.notes.iter().chain(&difference.to.notes).chain(&difference.plan.notes) {
            tell(&format!("note: {note}"));
        }
        if difference.plan.is_empty() {
            tell("nothing differs");
            return ExitCode::SUCCESS;
        }
        let (present, wanted) = (&difference.from.schema, &difference.to.schema);
        let proven = match pgkeel::prove::prove(difference.plan, present, wanted, &workshop).await {
            Ok(proven) => proven,
            Err(error) => {
                tell(&format!("error: {error}"));
                return ExitCode::from(3);
            }
        };
        tell(&format!("proven on {}", proven.on()));
        if !self.apply {
            let written = std::io::stdout().write_all(proven.plan().to_sql().as_bytes());
            return if written.is_ok() { ExitCode::from(1) } else { ExitCode::from(3) };
        }
        let allowed = Allowed { objects: self.allow_loss };
        if let Some(step) = forbidden(proven.plan(), &allowed) {
            let lost = step.loses.as_deref().unwrap_or("data");
            tell(&format!("refused: it would lose {lost}; allow it with --allow-loss \"{}\"", step.cause));
            return ExitCode::from(4);
        }
        let store = Store::new(self.scratch.history_namespace());
        match pgkeel::sync::apply(&from, &store, &proven, &allowed, &RunOptions::default()).await {
            Ok(()) => {
                tell(&format!("{} steps done", proven.plan().steps.len()));
                ExitCode::SUCCESS
            }
            Err(error) => {
                tell(&format!("error: {error}"));
                let refused = matches!(&error, pgkeel::sync::Error::Run(error) if error.is_refusal())
                    || matches!(&error, pgkeel::sync::Error::Locked(_));
                ExitCode::from(if refused { 4 } else { 3 })
            }
        }
    }
}
