//! `pgkeel log`.

use std::process::ExitCode;

use clap::Args;
use pgkeel::database::ReadOnly;
use pgkeel::log::{Happened, read};
use serde_json::json;

use crate::context::{Context, store};
use crate::failure::Failure;
use crate::screen::{BAD, BOLD, DIM, GOOD, WARN};

/// Show what happened to the schema over time, newest first.
#[derive(Debug, Args)]
pub struct Log {
    /// So many lines.
    #[arg(long, short = 'n', value_name = "N", default_value_t = 50)]
    limit: usize,
    /// Only this: migrate, rollback, auto-fix, seed, stamp, forget, accept, drift, ... May be given several times.
    #[arg(long, value_name = "ACTION")]
    action: Vec<String>,
}

impl Log {
    /// Runs the command.
    pub async fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let project = context.required_project()?;
        let opened = context.open(&project).await?;
        let session = ReadOnly::open(&opened.target, &context.connect_options("log")).await?;
        let all = read(&session, &store(&project), self.limit, &self.action).await;
        session.close().await;
        let all = all?;
        if context.json() {
            let document = json!({ "format": "pgkeel/log/1", "database": opened.shown, "log": all });
            context.screen.json(&document)?;
        } else if all.is_empty() {
            context.screen.result("Nothing has happened yet.")?;
        } else {
            context.screen.result(&all.iter().map(line).collect::<Vec<_>>().join("\n"))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn line(one: &Happened) -> String {
    let style = match one.action.as_str() {
        "migrate" | "stamp" | "seed" | "snapshot" => GOOD,
        "drift" => BAD,
        _ => WARN,
    };
    let target = match (&one.target, &one.name) {
        (Some(target), Some(name)) if !name.is_empty() => format!("{target}_{name}"),
        (Some(target), _) => target.clone(),
        (None, Some(name)) => name.clone(),
        (None, None) => String::new(),
    };
    // To the second: the rest is in the JSON.
    let at = one.at.get(..19).unwrap_or(&one.at);
    let who = one.application.as_deref().filter(|name| !name.is_empty());
    let who = who.map(|name| format!(" ({name})")).unwrap_or_default();
    let number = one.id.map(|id| format!(" #{id}")).unwrap_or_default();
    let schema = one
        .fingerprint
        .as_deref()
        .and_then(|text| text.strip_prefix("sha256:"))
        .and_then(|hex| hex.get(..12));
    let schema = schema.map(|hex| format!(" schema {hex}")).unwrap_or_default();
    let mut text = format!(
        "{DIM}{at}{DIM:#} {style}{:9}{style:#} {BOLD}{target}{BOLD:#} {DIM}by {}{who}{number}{schema}{DIM:#}",
        one.action, one.role
    );
    for key in ["reason", "statement"] {
        if let Some(words) =
            one.detail.get(key).and_then(serde_json::Value::as_str).filter(|words| !words.is_empty())
        {
            let first = words.lines().next().unwrap_or_default();
            text.push_str(&format!("\n    {DIM}{key}: {first}{DIM:#}"));
        }
    }
    for lost in one.detail.get("lost").and_then(serde_json::Value::as_array).into_iter().flatten() {
        text.push_str(&format!("\n    {WARN}lost:{WARN:#} {}", lost.as_str().unwrap_or_default()));
    }
    text
}
