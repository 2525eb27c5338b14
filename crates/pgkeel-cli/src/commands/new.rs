//! `pgkeel new NAME`.

use std::process::ExitCode;

use clap::Args;
use pgkeel::Error;
use pgkeel::database::{ReadOnly, Target};
use pgkeel::{discover, new};
use pgkeel_core::config::Numbering;
use pgkeel_core::migration::Version;

use crate::context::{Context, displayed, store};
use crate::failure::Failure;

/// Make a new migration with the next free number.
#[derive(Debug, Args)]
pub struct New {
    /// What it does, in a few words: "add phone to users".
    #[arg(required = true)]
    name: Vec<String>,
    /// Two files, NAME.up.sql and NAME.down.sql, instead of one.
    #[arg(long)]
    pair: bool,
}

impl New {
    /// Runs the command.
    pub async fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let project = context.required_project()?;
        let taken = taken(context, &project).await?;
        let at_time = project.config.migrations.numbering == Numbering::Timestamp;
        let files = new::create(&project.migrations_dir, &self.name.join(" "), &taken, at_time, self.pair)?;
        let shown: Vec<String> =
            files.iter().map(|file| displayed(&project, file).display().to_string()).collect();
        if context.json() {
            context.screen.json(&serde_json::json!({ "format": "pgkeel/new/1", "files": shown }))?;
        } else {
            context.screen.result(&shown.join("\n"))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Versions on disk, and in the history when there is a database that can be asked.
async fn taken(context: &Context, project: &pgkeel::load::Project) -> Result<Vec<Version>, Failure> {
    let mut taken = Vec::new();
    if project.migrations_dir.is_dir() {
        for file in discover::sql_files(&project.migrations_dir)? {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            taken.extend(pgkeel_core::migration::file_name::parse(&name).map(|name| name.version));
        }
    }
    let target = match project.target() {
        Err(pgkeel::database::Error::Unset(_)) => None,
        target => target?,
    };
    if let Some(target) = target
        && target.embedded().is_none()
    {
        match recorded(context, project, &target).await {
            Ok(versions) => taken.extend(versions),
            Err(error) => {
                let reason = error.to_string();
                let first = reason.lines().next().unwrap_or_default();
                context.screen.note(&format!("the history was not looked at: {first}"));
            }
        }
    }
    Ok(taken)
}

async fn recorded(
    context: &Context,
    project: &pgkeel::load::Project,
    target: &Target,
) -> Result<Vec<Version>, Error> {
    let session = ReadOnly::open(target, &context.connect_options("new")).await?;
    let history = store(project).read(&session).await?;
    session.close().await;
    Ok(history.entries.into_iter().map(|entry| entry.version).collect())
}
