//! `pgkeel man`.

use std::process::ExitCode;

use clap::{Args, CommandFactory as _};

use crate::arguments::Arguments;
use crate::context::Context;
use crate::failure::Failure;

/// Print the manual page, of pgkeel or of one command.
#[derive(Debug, Args)]
pub struct Man {
    /// A command.
    command: Option<String>,
}

impl Man {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let mut all = Arguments::command();
        all.build();
        let command = match &self.command {
            None => all,
            Some(name) => all.find_subcommand(name).cloned().ok_or_else(|| {
                Failure::usage(format!("there is no command `{name}`"), "`pgkeel help` lists the commands")
            })?,
        };
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page)?;
        context.screen.result(String::from_utf8_lossy(&page).trim_end())?;
        Ok(ExitCode::SUCCESS)
    }
}
