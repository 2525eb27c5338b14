//! The binary `pgkeel`: arguments, rendering, progress.

mod commands;
mod render;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "pgkeel", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Diff(commands::diff::Diff),
    Dump(commands::dump::Dump),
    Explain(commands::explain::Explain),
    Review(commands::review::Review),
}

#[tokio::main]
async fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Diff(command) => command.run().await,
        Command::Dump(command) => command.run().await,
        Command::Explain(command) => command.run(),
        Command::Review(command) => command.run(),
    }
}
