//! `pgkeel diff FROM TO`.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Args;
use pgkeel::source::Source;

/// Print the SQL that turns one schema into another.
#[derive(Debug, Args)]
pub struct Diff {
    /// A database URL, a folder of migrations or schema files, a .sql file, or a snapshot .json.
    from: String,
    /// The same; what FROM is to become.
    to: String,
    /// Exit 1 when there are differences.
    #[arg(long)]
    exit_code: bool,
}

impl Diff {
    /// Runs the command.
    pub async fn run(self) -> ExitCode {
        let plan = match pgkeel::diff::diff(&Source::parse(&self.from), &Source::parse(&self.to)).await {
            Ok(plan) => plan,
            Err(error) => {
                let _ = writeln!(std::io::stderr(), "error: {error}");
                return ExitCode::from(3);
            }
        };
        for note in &plan.notes {
            let _ = writeln!(std::io::stderr(), "note: {note}");
        }
        if std::io::stdout().write_all(plan.to_sql().as_bytes()).is_err() {
            return ExitCode::from(3);
        }
        ExitCode::from(u8::from(self.exit_code && !plan.is_empty()))
    }
}
