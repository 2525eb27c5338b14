//! Repairs what is known well enough, one statement after the other, through the executor and therefore in the audit.

use std::time::Duration;

use pgkeel_core::health::Healing;
use pgkeel_core::plan::{Plan, Step};

use crate::apply::RunOptions;
use crate::apply::plan::{self, Allowed};
use crate::database::{ConnectOptions, Target, connect};
use crate::error::Error;
use crate::introspect::introspect;
use crate::lock;
use crate::store::Store;

/// How long the history's lock may be held by others before healing is put off.
const PATIENCE: Duration = Duration::from_secs(1);

/// The longest that one repair may take.
const LONGEST: &str = "600000";

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
            Some(why) => write!(f, "{object}: not repaired, {sql} failed: {why}"),
        }
    }
}

/// Runs the repairs. One that fails does not keep the others from being tried.
///
/// # Errors
/// The database cannot be reached, or somebody else holds the history's lock.
pub async fn heal(
    target: &Target,
    store: &Store,
    healings: &[Healing],
    options: &RunOptions,
) -> Result<Vec<Healed>, Error> {
    let connection = ConnectOptions { application_name: "pgkeel-heal".to_owned(), ..ConnectOptions::default() };
    let session = connect(target, &connection.setting("statement_timeout", LONGEST)).await?;
    let locked = lock::acquire(session, store, PATIENCE, &|_| {}).await?;
    let mut healed = Vec::new();
    for healing in healings {
        let done = async {
            let live = introspect(locked.session().client()).await?.without_namespace(store.namespace());
            let mut step = Step::new(healing.sql.clone());
            step.cause.clone_from(&healing.object);
            step.transactional = false;
            let plan = Plan { base: live.fingerprint(), steps: vec![step], notes: Vec::new() };
            plan::run(&locked, store, &plan, &Allowed::default(), "heal", options).await
        };
        let failure = done.await.err().map(|error| error.to_string());
        healed.push(Healed { healing: healing.clone(), failure });
    }
    locked.release().await;
    Ok(healed)
}
