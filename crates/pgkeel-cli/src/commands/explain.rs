//! `pgkeel explain RULE`.

use std::process::ExitCode;

use clap::Args;
use pgkeel_core::rules::{RULES, find};

use crate::context::Context;
use crate::failure::Failure;

/// Print a rule's page: what it objects to, why, what to do instead, with examples.
#[derive(Debug, Args)]
pub struct Explain {
    /// A rule's id, or another linter's (ban-drop-table, E5, PG101); without one, the list of all rules.
    rule: Option<String>,
}

impl Explain {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let Some(name) = self.rule else {
            let lines: Vec<String> =
                RULES.iter().map(|rule| format!("{:40} {}", rule.id, rule.title)).collect();
            context.screen.result(&lines.join("\n"))?;
            return Ok(ExitCode::SUCCESS);
        };
        let rules = find(&name);
        if rules.is_empty() {
            let nearest = pgkeel_core::nearest::nearest(&name, RULES.iter().map(|rule| rule.id));
            let help = nearest.map_or_else(
                || "`pgkeel explain` lists all rules".to_owned(),
                |id| format!("did you mean `{id}`? `pgkeel explain` lists all rules"),
            );
            return Err(Failure::usage(format!("there is no rule `{name}`"), help));
        }
        let pages: Vec<String> = rules.iter().map(|rule| rule.page()).collect();
        context.screen.result(pages.join("\n").trim_end())?;
        Ok(ExitCode::SUCCESS)
    }
}
