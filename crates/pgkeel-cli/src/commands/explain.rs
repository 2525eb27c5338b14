//! `pgkeel explain RULE`.

use std::process::ExitCode;

use clap::Args;
use pgkeel_core::health::{CHECKS, check, page};
use pgkeel_core::rules::{RULES, find};
use serde_json::{Value, json};

use crate::context::Context;
use crate::failure::Failure;

/// Print the page of a rule or a health check: what it objects to, why, what to do instead, with examples.
#[derive(Debug, Args)]
pub struct Explain {
    /// A rule's id, another linter's (ban-drop-table, E5, PG101), or a health check's; without one, the list of all.
    rule: Option<String>,
}

impl Explain {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let Some(name) = self.rule else {
            return list(context);
        };
        let rules = find(&name);
        let pages: Vec<(&str, &str, String)> = match check(&name) {
            Some(check) if rules.is_empty() => vec![(check.id, check.title, page(check))],
            _ => rules.iter().map(|rule| (rule.id, rule.title, rule.page())).collect(),
        };
        if pages.is_empty() {
            let known = RULES.iter().map(|rule| rule.id).chain(CHECKS.iter().map(|check| check.id));
            let help = pgkeel_core::nearest::nearest(&name, known).map_or_else(
                || "`pgkeel explain` lists all rules and checks".to_owned(),
                |id| format!("did you mean `{id}`? `pgkeel explain` lists all rules and checks"),
            );
            return Err(Failure::usage(format!("there is no rule or check `{name}`"), help));
        }
        if context.json() {
            let pages =
                pages.iter().map(|(id, title, page)| json!({ "id": id, "title": title, "page": page }));
            let pages: Vec<Value> = pages.collect();
            context.screen.json(&json!({ "format": "pgkeel/explain/1", "pages": pages }))?;
        } else {
            let pages: Vec<&str> = pages.iter().map(|(_, _, page)| page.as_str()).collect();
            context.screen.result(pages.join("\n").trim_end())?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// All rules of `review`, then all checks of `health-check`.
fn list(context: &Context) -> Result<ExitCode, Failure> {
    let rules = RULES.iter().map(|rule| (rule.id, rule.title));
    let checks = CHECKS.iter().map(|check| (check.id, check.title));
    if context.json() {
        let titles = |(id, title)| json!({ "id": id, "title": title, "page": null });
        let pages: Vec<Value> = rules.chain(checks).map(titles).collect();
        context.screen.json(&json!({ "format": "pgkeel/explain/1", "pages": pages }))?;
    } else {
        let line = |(id, title): (&str, &str)| format!("{id:40} {title}");
        let lines: Vec<String> = rules.chain(checks).map(line).collect();
        context.screen.result(&lines.join("\n"))?;
    }
    Ok(ExitCode::SUCCESS)
}
