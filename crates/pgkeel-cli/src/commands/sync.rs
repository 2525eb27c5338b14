//! `pgkeel sync FROM TO`.

use std::process::ExitCode;

use clap::Args;
use pgkeel::apply::plan::{Allowed, forbidden};
use pgkeel::source::Source;
use pgkeel::store::Store;
use pgkeel::sync::SyncJob;
use pgkeel_core::plan::Plan;

use super::checks::Checks;
use super::diff::{Ways, tell};
use super::environments::sides;
use super::schema_source::Scratch;
use crate::context::{Context, lock_wait};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::screen::count;

/// Bring one database to another's schema.
#[derive(Debug, Args)]
pub struct Sync {
    /// The database that is to change, as a URL. With --env NAME it is the database of that environment.
    from: Option<String>,
    /// What it is to become: a database URL, a folder, a .sql file, or a snapshot .json; or a second --env.
    to: Option<String>,
    /// Run the plan; without it the plan is only printed, and the exit code is 1 when there is something to do.
    #[arg(long)]
    apply: bool,
    /// Allow this object's data to be lost, e.g. "column public.users.name"; "all" allows every loss. May be given several
    /// times.
    #[arg(long, value_name = "OBJECT")]
    allow_loss: Vec<String>,
    /// Seconds to wait for another run; 0 fails at once.
    #[arg(long, value_name = "SECONDS")]
    wait: Option<u64>,
    #[command(flatten)]
    checks: Checks,
    #[command(flatten)]
    ways: Ways,
    #[command(flatten)]
    scratch: Scratch,
}

impl Sync {
    /// Runs the command.
    pub async fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let (source, to) = sides(context, self.from.as_deref(), self.to.as_deref())?;
        let Source::Database(target) = &source else {
            return Err(Failure::usage(
                "only a database can be brought to another schema, and FROM is a file",
                "name the database that is to change first: pgkeel sync postgres://... migrations/",
            ));
        };
        let workshop = self.scratch.workshop();
        let difference = pgkeel::diff::diff(&source, &to, &workshop, &self.ways.options()?).await?;
        tell(&difference, context);
        if difference.plan.is_empty() {
            context.screen.say("nothing differs");
            return Ok(ExitCode::SUCCESS);
        }
        let (present, wanted) = (&difference.from.schema, &difference.to.schema);
        let proven = pgkeel::prove::prove(difference.plan, present, wanted, &workshop).await?;
        context.screen.note(&format!("proven on {}", proven.on()));
        if !self.apply {
            if context.json() {
                context.screen.json(&proven.plan().to_json())?;
            } else {
                context.screen.script(&proven.plan().to_explained_sql())?;
            }
            return Ok(ExitCode::from(1));
        }
        let allowed = Allowed { objects: self.allow_loss };
        if forbidden(proven.plan(), &allowed).is_some() {
            return Err(refused(proven.plan(), &allowed));
        }
        let store = Store::new(self.scratch.history_namespace());
        let project = context.project_of_first()?;
        let progress = Progress::new(&context.screen);
        let job = SyncJob {
            target: &workshop.reach(target).await?,
            connect: context.connect_options("sync"),
            embedded: target.embedded().is_some(),
            store: &store,
            proven: &proven,
            allowed: &allowed,
            lock_wait: lock_wait(&project, self.wait),
            run: self.checks.options(&project)?,
            observe: &|event| progress.show(&event),
        };
        let stop = crate::signals::stop_on_signal(&job.run.cancel);
        let done = job.apply().await;
        drop(stop);
        progress.end();
        done?;
        context.screen.say(&format!("{} done", count(proven.plan().steps.len(), "step")));
        Ok(ExitCode::SUCCESS)
    }
}

/// Every loss that nobody allowed, and how each is allowed.
fn refused(plan: &Plan, allowed: &Allowed) -> Failure {
    let mut message = String::from("refused: the plan would lose");
    for step in plan.steps.iter().filter(|step| !allowed.objects.contains(&step.cause)) {
        if let Some(lost) = &step.loses {
            message.push_str(&format!("\n    {lost}; allowed by --allow-loss \"{}\"", step.cause));
        }
    }
    Failure::Schema { message, code: 4 }
}
