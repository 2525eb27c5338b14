//! `pgkeel dump SOURCE`.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use pgkeel::source::Source;

/// How a dump is written.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// DDL.
    Sql,
    /// The snapshot.
    Json,
}

/// Print canonical DDL that recreates a schema.
#[derive(Debug, Args)]
pub struct Dump {
    /// A database URL, a folder of migrations or schema files, a .sql file, or a snapshot .json.
    source: String,
    /// DDL, or the snapshot as JSON.
    #[arg(long, value_enum, default_value = "sql")]
    format: Format,
}

impl Dump {
    /// Runs the command.
    pub async fn run(self) -> ExitCode {
        let loaded = match pgkeel::dump::schema(&Source::parse(&self.source)).await {
            Ok(loaded) => loaded,
            Err(error) => {
                let _ = writeln!(std::io::stderr(), "error: {error}");
                return ExitCode::from(3);
            }
        };
        let text = match self.format {
            Format::Sql => pgkeel::dump::creation(&loaded).to_sql(),
            Format::Json => loaded.schema.to_json(),
        };
        match std::io::stdout().write_all(text.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::from(3),
        }
    }
}
