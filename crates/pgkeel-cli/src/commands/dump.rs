//! `pgkeel dump SOURCE`.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use pgkeel::source::Source;

use super::diff::tell;
use super::schema_source::Scratch;

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
    #[command(flatten)]
    scratch: Scratch,
}

impl Dump {
    /// Runs the command.
    pub async fn run(self) -> ExitCode {
        let source = match Source::parse(&self.source) {
            Ok(source) => source,
            Err(error) => {
                tell(&format!("error: {error}"));
                return ExitCode::from(2);
            }
        };
        let loaded = match pgkeel::dump::schema(&source, &self.scratch.workshop()).await {
            Ok(loaded) => loaded,
            Err(error) => {
                tell(&format!("error: {error}"));
                return ExitCode::from(3);
            }
        };
        for note in &loaded.notes {
            tell(&format!("note: {note}"));
        }
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
