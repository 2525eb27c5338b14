//! Repairs what is known well enough, one statement after the other, through the executor and therefore in the audit.

use std::time::Duration;

use pgkeel_core::event::Event;
use pgkeel_core::health::Healing;
use pgkeel_core::plan::{Plan, Step};

use super::options;
use crate::apply::RunOptions;
use crate::apply::plan::{Allowed, PlanJob};
use crate::database::{ConnectOptions, ReadOnly, Target};
use crate::error::Error;
use crate::store::Store;

/// How long the history's lock may be held by others before healing is put off.
const PATIENCE: Duration = Duration::from_secs(1);

/// What became of one repair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Healed {
    /// What was to be repaired.
    pub healing: Healing,
    /// Why it did not work; none when it did.
    pub failure: Option<String>,
}

impl std::fmt::Display for Healed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Healing { object, sql, .. } = &self.healing;
        match &self.failure {
            None => write!(f, "{object}: repaired by {sql}"),
            Some(why) => {
                write!(f, "{object}: not repaired, {sql} failed: {}", why.lines().next().unwrap_or_default())
            }
        }
    }
}

/// Runs the repairs, each as a plan of its own: one that fails does not keep the others from being tried. `observe` takes
/// what happens.
///
/// # Errors
/// The database cannot be reached, or its schema cannot be read.
pub async fn heal(
    target: &Target,
    store: &Store,
    healings: &[Healing],
    run: &RunOptions,
    observe: &(dyn Fn(Event) + Send + Sync),
) -> Result<Vec<Healed>, Error> {
    let session = ReadOnly::open(target, &options()).await?;
    let mut healed = Vec::new();
    for healing in healings {
        let (live, _) =
            session.schema(PATIENCE).await.map_err(|error| Box::new(crate::source::Error::from(error)))?;
        let mut step = Step::new(healing.sql.clone());
        step.cause.clone_from(&healing.object);
        step.transactional = false;
        let base = live.without_namespace(store.namespace()).fingerprint();
        let plan = Plan { base, steps: vec![step], ..Plan::default() };
        let job = PlanJob {
            target,
            connect: ConnectOptions {
                application_name: "pgkeel-heal".to_owned(),
                ..ConnectOptions::default()
            },
            embedded: false,
            store,
            plan: &plan,
            allowed: &Allowed::default(),
            action: "heal",
            lock_wait: PATIENCE,
            run: run.clone(),
            observe,
        };
        let failure = job.run().await.err().map(|error| error.to_string());
        healed.push(Healed { healing: healing.clone(), failure });
    }
    session.close().await;
    Ok(healed)
}
