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

/// Syntax trees are many small allocations on several threads: with the system's allocator a review takes a quarter longer.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    small_pages();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return arguments::refused(&error),
    };
    // Where the connections' own tasks run: an answer of the server reaches its reader without waking another thread.
    let command = tokio::spawn(Box::pin(run(arguments)));
    command.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
}

/// Where the kernel gives huge pages without being asked, a short run spends half its CPU in clearing memory that it never
/// touches.
fn small_pages() {
    #[cfg(target_os = "linux")]
    // A kernel that cannot is as slow as it was.
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

async fn run(arguments: Arguments) -> ExitCode {
    let context = Context::new(arguments.global);
    match arguments.command.run(&context).await {
        Ok(code) => code,
        Err(failure) => {
            context.screen.failure(&failure);
            failure.exit_code()
        }
    }
}
