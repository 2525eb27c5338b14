//! `pgkeel diff FROM TO`.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Args;
use pgkeel::source::Source;

use super::schema_source::Scratch;

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
    /// Apply the plan to a scratch database first and compare what comes out with TO.
    #[arg(long)]
    prove: bool,
    #[command(flatten)]
    scratch: Scratch,
}

/// Writes a line to standard error.
pub fn tell(line: &str) {
    // Where standard error is closed nobody listens.
    let _ = writeln!(std::io::stderr(), "{line}");
}

impl Diff {
    /// Runs the command.
    pub async fn run(self) -> ExitCode {
        let (from, to) = match (Source::parse(&self.from), Source::parse(&self.to)) {
            (Ok(from), Ok(to)) => (from, to),
            (Err(error), _) | (_, Err(error)) => {
                tell(&format!("error: {error}"));
                return ExitCode::from(2);
            }
        };
        let workshop = self.scratch.workshop();
        let difference = match pgkeel::diff::diff(&from, &to, &workshop).await {
            Ok(difference) => difference,
            Err(error) => {
                tell(&format!("error: {error}"));
                return ExitCode::from(3);
            }
        };
        for note in difference.from.notes.iter().chain(&difference.to.notes).chain(&difference.plan.notes) {
            tell(&format!("note: {note}"));
        }
        let plan = if self.prove {
            let (from, to) = (&difference.from.schema, &difference.to.schema);
            match pgkeel::prove::prove(difference.plan, from, to, &workshop).await {
                Ok(proven) => {
                    tell(&format!("proven on {}", proven.on()));
                    proven.plan().clone()
                }
                Err(error) => {
                    tell(&format!("error: {error}"));
                    return ExitCode::from(3);
                }
            }
        } else {
            difference.plan
        };
        if std::io::stdout().write_all(plan.to_sql().as_bytes()).is_err() {
            return ExitCode::from(3);
        }
        ExitCode::from(u8::from(self.exit_code && !plan.is_empty()))
    }
}
