//! The binary `pgkeel`: arguments, rendering, progress.

mod arguments;
mod commands;
mod context;
mod failure;
mod log;
mod progress;
mod render;
mod screen;
mod signals;

use std::process::ExitCode;

use clap::Parser;

use arguments::Arguments;
use context::Context;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let context = Context::new(arguments.global);
    match Box::pin(arguments.command.run(&context)).await {
        Ok(code) => code,
        Err(failure) => {
            context.screen.failure(&failure);
            failure.exit_code()
        }
    }
}
