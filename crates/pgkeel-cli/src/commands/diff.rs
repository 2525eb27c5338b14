//! `pgkeel diff FROM TO`.

use std::process::ExitCode;

use clap::Args;
use pgkeel::diff::Difference;
use pgkeel_core::plan::{Options, Renaming};

use super::environments::sides;
use super::schema_source::Scratch;
use crate::context::Context;
use crate::failure::Failure;

/// Print the SQL that turns one schema into another.
#[derive(Debug, Args)]
pub struct Diff {
    /// A database URL, a folder of migrations or schema files, a .sql file, or a snapshot .json. With --env NAME, the
    /// database of that environment is FROM; with --env NAME --env OTHER, both sides are environments.
    from: Option<String>,
    /// The same; what FROM is to become.
    to: Option<String>,
    /// Exit 1 when there are differences.
    #[arg(long)]
    exit_code: bool,
    /// Apply the plan to a scratch database first and compare what comes out with TO.
    #[arg(long)]
    prove: bool,
    #[command(flatten)]
    ways: Ways,
    #[command(flatten)]
    scratch: Scratch,
}

/// How a plan goes about its work.
#[derive(Debug, Args)]
pub struct Ways {
    /// Build and check without blocking readers and writers, in steps that cannot run in one transaction.
    #[arg(long)]
    online: bool,
    /// An object that only has another name, e.g. "column public.users.mail=email" or "public.users=public.people".
    #[arg(long, value_name = "OLD=NEW")]
    rename: Vec<String>,
}

impl Ways {
    /// What the planner is told.
    pub fn options(&self) -> Result<Options, Failure> {
        Ok(Options { role: None, online: self.online, renames: renamings(&self.rename)? })
    }
}

/// What `--rename` says.
pub fn renamings(texts: &[String]) -> Result<Vec<Renaming>, Failure> {
    texts
        .iter()
        .map(|text| text.parse::<Renaming>())
        .collect::<Result<_, _>>()
        .map_err(|error| Failure::usage(error.to_string(), "--rename \"column public.users.mail=email\""))
}

/// Tells what was noticed on the way.
pub fn tell(difference: &Difference, context: &Context) {
    for note in difference.from.notes.iter().chain(&difference.to.notes).chain(&difference.plan.notes) {
        context.screen.note(note);
    }
    for renaming in &difference.plan.likely_renames {
        let old = &renaming.old;
        context.screen.warn(&format!(
            "{old} goes and one like it comes: if it only has another name, say --rename '{renaming}'"
        ));
    }
}

impl Diff {
    /// Runs the command.
    pub async fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let (from, to) = sides(context, self.from.as_deref(), self.to.as_deref())?;
        let workshop = self.scratch.workshop();
        let difference = pgkeel::diff::diff(&from, &to, &workshop, &self.ways.options()?).await?;
        tell(&difference, context);
        let plan = if self.prove && !difference.plan.is_empty() {
            let (old, new) = (&difference.from.schema, &difference.to.schema);
            let proven = pgkeel::prove::prove(difference.plan, old, new, &workshop).await?;
            context.screen.note(&format!("proven on {}", proven.on()));
            proven.plan().clone()
        } else {
            difference.plan
        };
        if context.json() {
            context.screen.json(&plan.to_json())?;
        } else if !plan.is_empty() {
            context.screen.script(&plan.to_sql())?;
        }
        Ok(ExitCode::from(u8::from(self.exit_code && !plan.is_empty())))
    }
}
