//! What the command line may say.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ColorChoice, Parser, Subcommand};

use crate::commands;
use crate::context::Context;
use crate::failure::Failure;
use crate::render::Format;
use crate::screen::Screen;

/// Keeps a PostgreSQL database true to its migrations.
#[derive(Debug, Parser)]
#[command(name = "pgkeel", version, propagate_version = true, arg_required_else_help = true)]
pub struct Arguments {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What clap says of a command line that it does not take, or of `--help`: to programs as every failure is told.
pub fn refused(error: &clap::Error) -> ExitCode {
    let words: Vec<String> = std::env::args().collect();
    let json = words.iter().any(|word| word == "--format=json")
        || words
            .windows(2)
            .any(|pair| matches!(pair, [option, value] if option == "--format" && value == "json"));
    if !error.use_stderr() || !json {
        error.exit();
    }
    let text = error.to_string();
    let message = text.lines().next().unwrap_or_default();
    let message = message.strip_prefix("error: ").unwrap_or(message);
    let failure =
        Failure::usage(message, "`pgkeel help` lists the commands, `pgkeel COMMAND --help` their options");
    Screen::for_programs().failure(&failure);
    failure.exit_code()
}

/// Options of every command.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// The database: postgres://..., key=value, service=NAME, embedded: or embedded:DIR
    #[arg(long, global = true, value_name = "URL")]
    pub database: Option<String>,
    /// The project's folder; the nearest parent with a pgkeel.toml when not given
    #[arg(long, global = true, value_name = "DIR")]
    pub project: Option<PathBuf>,
    /// The environment: production is strict, development lenient; `diff` and `sync` take two
    #[arg(long, global = true, value_name = "NAME")]
    pub env: Vec<String>,
    /// What is printed on standard output
    #[arg(long, global = true, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Colours
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN")]
    pub color: ColorChoice,
    /// Only results and errors
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// More about what is being done; twice for still more
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// The commands, one file each in `commands/`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write pgkeel.toml and a migrations folder
    Init(commands::init::Init),
    /// Make a new migration with the next free number
    New(commands::new::New),
    /// Set a database up: extensions, migrations, seeds, verification
    Up(commands::up::Up),
    /// Apply pending migrations
    Migrate(commands::migrate::Migrate),
    /// Take applied migrations back, newest first
    Rollback(commands::rollback::Rollback),
    /// Show how files, history and database stand
    Status(commands::status::Status),
    /// Put right what the history records, and fill in what it does not
    History(commands::history::History),
    /// Show what happened to the schema over time
    Log(commands::log::Log),
    /// Load reference data
    Seed(commands::seed::Seed),
    /// Compare the live database with what is expected of it
    Validate(commands::validate::Validate),
    /// Repair what validate found, as far as adding can repair it
    AutoFix(commands::auto_fix::AutoFix),
    /// Print the SQL that turns one schema into another
    Diff(commands::diff::Diff),
    /// Print the SQL that recreates a schema
    Dump(commands::dump::Dump),
    /// Bring one schema to another with a proven plan
    Sync(commands::sync::Sync),
    /// Show what changed outside the migrations and by whom; adopt it or undo it
    Drift(commands::drift::Drift),
    /// Show every environment side by side: version, pending, fingerprint, drift
    Environments(commands::environments::Environments),
    /// Say what an expert would say about migrations, before they run
    Review(commands::review::Review),
    /// Run migrations on a scratch database: locks, rewrites, refusals, ways back
    Rehearse(commands::rehearse::Rehearse),
    /// Print a rule's page
    Explain(commands::explain::Explain),
    /// Let the database record, or refuse, DDL that does not come through pgkeel
    Guard(commands::guard::Guard),
    /// Say whether the database is what the application needs, and healthy
    HealthCheck(commands::health_check::HealthCheck),
    /// Serve health endpoints, metrics and the dashboard over HTTP
    Serve(commands::serve::Serve),
    /// Say what queries cost before and after a migration
    Performance(commands::performance::Performance),
    /// Write the dashboard as one self-contained HTML file
    Report(commands::report::Report),
    /// Print a completion script for a shell
    Completions(commands::completions::Completions),
    /// Print the manual page
    Man(commands::man::Man),
}

impl Command {
    /// Whether its result is findings, for which there are formats of other tools.
    fn has_findings(&self) -> bool {
        matches!(self, Self::Validate(_) | Self::HealthCheck(_) | Self::Review(_))
    }

    /// Runs it.
    pub async fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        if !matches!(context.global.format, Format::Human | Format::Json) && !self.has_findings() {
            return Err(Failure::usage(
                "this command's result is no list of findings, for which alone there is this format",
                "give --format human or json; `review`, `validate` and `health-check` know all formats",
            ));
        }
        match self {
            Self::Init(command) => Box::pin(command.run(context)).await,
            Self::New(command) => Box::pin(command.run(context)).await,
            Self::Up(command) => Box::pin(command.run(context)).await,
            Self::Migrate(command) => Box::pin(command.run(context)).await,
            Self::Rollback(command) => Box::pin(command.run(context)).await,
            Self::Status(command) => Box::pin(command.run(context)).await,
            Self::History(command) => Box::pin(command.run(context)).await,
            Self::Log(command) => Box::pin(command.run(context)).await,
            Self::Seed(command) => Box::pin(command.run(context)).await,
            Self::Validate(command) => Box::pin(command.run(context)).await,
            Self::AutoFix(command) => Box::pin(command.run(context)).await,
            Self::Diff(command) => Box::pin(command.run(context)).await,
            Self::Dump(command) => Box::pin(command.run(context)).await,
            Self::Sync(command) => Box::pin(command.run(context)).await,
            Self::Guard(command) => Box::pin(command.run(context)).await,
            Self::Drift(command) => Box::pin(command.run(context)).await,
            Self::Environments(command) => Box::pin(command.run(context)).await,
            Self::HealthCheck(command) => Box::pin(command.run(context)).await,
            Self::Serve(command) => Box::pin(command.run(context)).await,
            Self::Performance(command) => Box::pin(command.run(context)).await,
            Self::Report(command) => Box::pin(command.run(context)).await,
            Self::Review(command) => command.run(context).await,
            Self::Rehearse(command) => Box::pin(command.run(context)).await,
            Self::Explain(command) => command.run(context),
            Self::Completions(command) => command.run(context),
            Self::Man(command) => command.run(context),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Arguments;

    #[test]
    fn no_argument_is_named_twice() {
        Arguments::command().debug_assert();
    }
}
