//! Runs a plan made from two schemas: all transactional steps of a stretch in one transaction with its audit entry,
//! the others one by one. It refuses a plan made for another schema than the database's, and one that loses data
//! which nobody allowed to be lost.

use std::time::Duration;

use pgkeel_core::plan::{Plan, Step};
use tokio_postgres::error::SqlState;

use super::RunOptions;
use crate::introspect;
use crate::lock::Locked;
use crate::store::Store;

/// Why a plan was not, or not wholly, run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database changed since the plan was made.
    #[error("the database is no longer what the plan was made for; make it anew")]
    Stale,
    /// It would lose data.
    #[error("refused: it would lose {}; allow it with --allow-loss {}", .0.loses.as_deref().unwrap_or("data"), .0.cause)]
    Loses(Box<Step>),
    /// The server refused a step. Nothing of its transaction happened.
    #[error("{}: {message}\n    {}\n    {done} of {total} steps before it are done", step.cause, step.sql)]
    Refused {
        /// The step.
        step: Box<Step>,
        /// The server's words.
        message: String,
        /// Steps that are done and stay so.
        done: usize,
        /// All steps.
        total: usize,
    },
    /// The schema could not be read.
    #[error(transparent)]
    Introspect(#[from] introspect::Error),
    /// The history could not be written.
    #[error(transparent)]
    History(#[from] Box<crate::error::Error>),
    /// The connection broke.
    #[error("the connection broke: {0}")]
    Connection(#[from] tokio_postgres::Error),
}

impl Error {
    /// Whether nothing was tried: the plan is stale or would lose data.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Stale | Self::Loses(_))
    }
}

/// What may be lost.
#[derive(Debug, Clone, Default)]
pub struct Allowed {
    /// Objects, as the steps name their cause: `column public.users.name`.
    pub objects: Vec<String>,
}

/// The first step that loses what is not allowed to be lost.
pub fn forbidden<'p>(plan: &'p Plan, allowed: &Allowed) -> Option<&'p Step> {
    plan.steps.iter().find(|step| step.loses.is_some() && !allowed.objects.contains(&step.cause))
}

/// Runs the plan. `action` is what the audit calls it.
///
/// # Errors
/// See [`Error`]; whatever was committed before stays and is in the audit.
pub async fn run(
    locked: &Locked,
    store: &Store,
    plan: &Plan,
    allowed: &Allowed,
    action: &str,
    options: &RunOptions,
) -> Result<(), Error> {
    if let Some(step) = forbidden(plan, allowed) {
        return Err(Error::Loses(Box::new(step.clone())));
    }
    let client = locked.session().client();
    let present = introspect::introspect(client).await?.without_namespace(store.namespace());
    if present.fingerprint() != plan.base {
        return Err(Error::Stale);
    }
    let audit = format!("{}.audit", pgkeel_core::sql::ident::Ident(store.namespace()));
    let row = client.query_one("SELECT pg_catalog.to_regclass($1) IS NULL", &[&audit]).await?;
    if row.try_get(0)? {
        store.create(client).await.map_err(Box::new)?;
    }
    let lock_timeout = options.lock_timeout.as_millis();
    let mut done = 0;
    while let Some(first) = plan.steps.get(done) {
        let rest = plan.steps.get(done..).unwrap_or_default();
        let count =
            if first.transactional { rest.iter().take_while(|step| step.transactional).count() } else { 1 };
        let stretch = rest.get(..count).unwrap_or_default();
        let mut tries = 0;
        let mut pause = options.first_pause;
        loop {
            let result = if first.transactional {
                transaction(client, store, stretch, action, lock_timeout).await
            } else {
                alone(client, store, first, action, lock_timeout).await
            };
            match result {
                Ok(()) => break,
                Err((step, error)) => {
                    let Some(refusal) = error.as_db_error() else { return Err(error.into()) };
                    let again = [SqlState::LOCK_NOT_AVAILABLE, SqlState::T_R_DEADLOCK_DETECTED];
                    if again.contains(refusal.code()) && first.transactional && tries < options.retries {
                        tries += 1;
                        tokio::time::sleep(jitter(pause)).await;
                        pause = (pause * 2).min(options.longest_pause);
                        continue;
                    }
                    let message = format!("{} ({})", refusal.message(), refusal.code().code());
                    return Err(Error::Refused { step, message, done, total: plan.steps.len() });
                }
            }
        }
        done += count;
    }
    Ok(())
}

type Failed = (Box<Step>, tokio_postgres::Error);

async fn transaction(
    client: &tokio_postgres::Client,
    store: &Store,
    steps: &[Step],
    action: &str,
    lock_timeout: u128,
) -> Result<(), Failed> {
    let first = || Box::new(steps.first().cloned().unwrap_or_else(|| Step::new("")));
    let begin =
        format!("BEGIN; SET LOCAL lock_timeout = {lock_timeout}; SET LOCAL check_function_bodies = off");
    client.batch_execute(&begin).await.map_err(|error| (first(), error))?;
    for step in steps {
        if let Err(error) = client.batch_execute(&step.sql).await {
            // The error that matters is the step's; a rollback that fails means a lost connection, which ends it too.
            let _ = client.batch_execute("ROLLBACK").await;
            return Err((Box::new(step.clone()), error));
        }
    }
    let detail =
        serde_json::json!({ "steps": steps.iter().map(|step| step.sql.as_str()).collect::<Vec<_>>() });
    let end = format!("{}; COMMIT", store.audit(action, None, &detail));
    client.batch_execute(&end).await.map_err(|error| (first(), error))
}

async fn alone(
    client: &tokio_postgres::Client,
    store: &Store,
    step: &Step,
    action: &str,
    lock_timeout: u128,
) -> Result<(), Failed> {
    let failed = |error| (Box::new(step.clone()), error);
    client.batch_execute(&format!("SET lock_timeout = {lock_timeout}")).await.map_err(failed)?;
    client.batch_execute(&step.sql).await.map_err(failed)?;
    let detail = serde_json::json!({ "steps": [step.sql.as_str()] });
    client.batch_execute(&store.audit(action, Some(&step.cause), &detail)).await.map_err(failed)
}

fn jitter(pause: Duration) -> Duration {
    pause.mul_f64(0.5 + fastrand::f64())
}
