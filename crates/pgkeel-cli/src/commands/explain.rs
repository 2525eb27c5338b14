//! `pgkeel explain RULE`.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Args;
use pgkeel_core::rules::{RULES, find};

/// Print a rule's page: what it objects to, why, what to do instead, with examples.
#[derive(Debug, Args)]
pub struct Explain {
    /// A rule's id, or another linter's (ban-drop-table, E5, PG101); without one, the list of all rules.
    rule: Option<String>,
}

impl Explain {
    /// Runs the command.
    pub fn run(self) -> ExitCode {
        let Some(name) = self.rule else {
            let lines: String = RULES.iter().map(|rule| format!("{:40} {}\n", rule.id, rule.title)).collect();
            return written(&lines);
        };
        let rules = find(&name);
        if rules.is_empty() {
            let nearest = pgkeel_core::nearest::nearest(&name, RULES.iter().map(|rule| rule.id));
            let hint = nearest.map(|id| format!("; did you mean `{id}`?")).unwrap_or_default();
            let _ = writeln!(std::io::stderr(), "error: there is no rule `{name}`{hint}");
            return ExitCode::from(2);
        }
        let pages: Vec<String> = rules.iter().map(|rule| rule.page()).collect();
        written(&pages.join("\n"))
    }
}

fn written(text: &str) -> ExitCode {
    if std::io::stdout().write_all(text.as_bytes()).is_ok() { ExitCode::SUCCESS } else { ExitCode::from(3) }
}
