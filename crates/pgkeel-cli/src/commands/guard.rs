//! `pgkeel guard on|off|status`.

use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use pgkeel::database::ReadOnly;
use pgkeel::guard::{self, Guard as Installed, GuardJob};
use pgkeel_core::guard::{Mode, Recorded};
use serde_json::json;

use super::checks::Checks;
use crate::context::{Context, lock_wait, store};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::screen::{BAD, DIM, GOOD, WARN};
use crate::signals::stop_on_signal;

/// Let the database itself record, or refuse, DDL that does not come through pgkeel.
#[derive(Debug, Args)]
pub struct Guard {
    #[command(subcommand)]
    what: What,
    /// Seconds to wait for another run; 0 fails at once.
    #[arg(long, global = true, value_name = "SECONDS")]
    wait: Option<u64>,
    #[command(flatten)]
    checks: Checks,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Install it, or change its mode
    On(On),
    /// Remove it and all that it recorded
    Off,
    /// Show it and the newest of what it recorded
    Status(Status),
}

#[derive(Debug, Args)]
struct On {
    /// What happens to DDL that does not come through pgkeel.
    #[arg(long, value_enum, default_value_t = Way::Record)]
    mode: Way,
    /// A role whose DDL passes: that of a job which makes partitions, for example. May be given several times.
    #[arg(long, value_name = "ROLE")]
    allow_role: Vec<String>,
    /// Only print the SQL, for somebody who may run it.
    #[arg(long)]
    print: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Way {
    /// It happens, and who did what is recorded
    Record,
    /// It fails, with a message that tells what to do
    Refuse,
}

impl Way {
    fn mode(self) -> Mode {
        match self {
            Self::Record => Mode::Record,
            Self::Refuse => Mode::Refuse,
        }
    }
}

#[derive(Debug, Args)]
struct Status {
    /// How many records are shown.
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: u32,
}

impl Guard {
    /// Runs the command.
    pub async fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let project = context.project()?;
        let store = store(&project);
        if let What::On(On { print: true, mode, allow_role }) = &self.what {
            context.screen.result(guard::install(&store, mode.mode(), allow_role).trim_end())?;
            return Ok(ExitCode::SUCCESS);
        }
        let opened = context.open(&project).await?;
        let progress = Progress::new(&context.screen);
        let job = GuardJob {
            target: &opened.target,
            connect: context.writing_options("guard", &opened),
            store: &store,
            lock_wait: lock_wait(&project, self.wait),
            run: self.checks.options(&project)?,
            observe: &|event| progress.show(&event),
        };
        let _stop = stop_on_signal(&job.run.cancel);
        match self.what {
            What::On(on) => {
                let installed = job.on(on.mode.mode(), &on.allow_role).await;
                progress.end();
                let installed = installed?;
                show(context, Some(&installed), &[])
            }
            What::Off => {
                let removed = job.off().await;
                progress.end();
                let removed = removed?;
                if context.json() {
                    let records = removed.unwrap_or_default();
                    let document = json!({ "format": "pgkeel/guard/1", "guard": null, "removed": removed.is_some(),
                        "records_removed": records, "records": [] });
                    context.screen.json(&document)?;
                } else {
                    context.screen.result(&match removed {
                        None => "there was no guard".to_owned(),
                        Some(0) => "the guard is removed".to_owned(),
                        Some(records) => format!("the guard is removed, and {records} records with it"),
                    })?;
                }
                Ok(ExitCode::SUCCESS)
            }
            What::Status(status) => {
                let session = ReadOnly::open(&opened.target, &context.connect_options("guard")).await?;
                let installed = guard::read(&session, &store).await?;
                let records = guard::records(&session, &store, status.limit).await?;
                session.close().await;
                show(context, installed.as_ref(), &records)
            }
        }
    }
}

/// Exit code 1 when the guard is not whole: the user believes it watches, and it does not.
fn show(context: &Context, installed: Option<&Installed>, records: &[Recorded]) -> Result<ExitCode, Failure> {
    if context.json() {
        context
            .screen
            .json(&json!({ "format": "pgkeel/guard/1", "guard": installed, "records": records }))?;
    } else {
        context.screen.result(&text(installed, records))?;
    }
    Ok(ExitCode::from(u8::from(installed.is_some_and(|guard| !guard.broken.is_empty()))))
}

fn text(installed: Option<&Installed>, records: &[Recorded]) -> String {
    let Some(guard) = installed else {
        return format!("{DIM}·{DIM:#} no guard: `pgkeel guard on` installs one");
    };
    let does = match guard.mode {
        Mode::Record => "is recorded",
        Mode::Refuse => "is refused",
    };
    let mut lines = vec![format!(
        "{GOOD}●{GOOD:#} guard on: DDL that does not come through pgkeel {does}  {DIM}since {} by {}{DIM:#}",
        guard.installed_at, guard.installed_by
    )];
    if !guard.allowed_roles.is_empty() {
        lines.push(format!("  roles whose DDL passes: {}", guard.allowed_roles.join(", ")));
    }
    if !guard.broken.is_empty() {
        lines.push(format!(
            "{BAD}✗{BAD:#} event triggers missing or disabled: {}; `pgkeel guard on --mode {}` restores them",
            guard.broken.join(", "),
            guard.mode.as_str()
        ));
    }
    if guard.records > 0 {
        lines.push(format!("{WARN}!{WARN:#} {} changes recorded", guard.records));
    }
    for record in records {
        let kind = record.kind.as_deref().unwrap_or_default();
        let name = record.name.as_deref().unwrap_or_default();
        lines.push(format!("  {} {kind} {name}\n      {DIM}{}{DIM:#}", record.id, record.told()));
    }
    lines.join("\n")
}
