//! Proof: a plan is applied to a scratch database that holds the schema it starts from, and what comes out is compared
//! with the schema it should lead to.

use pgkeel_core::plan::{self, Options, Plan, Step};
use pgkeel_core::schema::Schema;

use crate::introspect;
use crate::scratch::{self, Database};
use crate::source::{Workshop, roles};

/// A plan that did what it should on a scratch database. Only [`prove`] makes one.
#[derive(Debug, Clone)]
pub struct Proven {
    plan: Plan,
    on: String,
}

impl Proven {
    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What it was proven on, for the user to read.
    pub fn on(&self) -> &str {
        &self.on
    }
}

/// Why a plan is not proven.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no scratch database.
    #[error(transparent)]
    Scratch(#[from] scratch::Error),
    /// The scratch database could not be read.
    #[error(transparent)]
    Introspect(#[from] introspect::Error),
    /// The scratch database broke.
    #[error("the scratch database: {0}")]
    Connection(#[from] tokio_postgres::Error),
    /// The scratch server cannot hold the schema that the plan starts from.
    #[error("not proven: {on} cannot hold the present schema: {sql}\n    {message}")]
    Start {
        /// What was used.
        on: String,
        /// What it refused.
        sql: String,
        /// Why.
        message: String,
    },
    /// A step does not work.
    #[error("the plan is wrong, which is a mistake of pgkeel's: {on} refuses, for {}:\n    {}\n    {message}", step.cause, step.shown())]
    Step {
        /// What was used.
        on: String,
        /// The step.
        step: Box<Step>,
        /// Why.
        message: String,
    },
    /// The plan works, but leads somewhere else.
    #[error("the plan is wrong, which is a mistake of pgkeel's: after it, {} is still to be done:\n    {}", step.cause, step.shown())]
    Rest {
        /// The first thing that is left to do.
        step: Box<Step>,
    },
}

/// Proves that `plan` turns a database of schema `from` into one of schema `to`.
///
/// # Errors
/// A counterexample, or why there is no scratch database to look for one on.
pub async fn prove(plan: Plan, from: &Schema, to: &Schema, workshop: &Workshop) -> Result<Proven, Error> {
    let server = workshop.server().await?;
    let database = server.database().await?;
    let result = on_scratch(&plan, from, to, &database, workshop, server.name()).await;
    database.close().await;
    result.map(|()| Proven { plan, on: server.name().to_owned() })
}

async fn on_scratch(
    plan: &Plan,
    from: &Schema,
    to: &Schema,
    database: &Database,
    workshop: &Workshop,
    on: &str,
) -> Result<(), Error> {
    let client = database.session().client();
    let on = on.to_owned();
    for role in roles(from).union(&roles(to)) {
        database.make_role(role).await?;
    }
    client.batch_execute("SET check_function_bodies = off; SET client_min_messages = error").await?;
    let empty = workshop.read_scratch(database).await?;
    let making = plan::statements(&empty, from, &Options::default());
    if let Err((step, message)) = run(client, &making).await? {
        return Err(Error::Start { on, sql: step.sql, message });
    }
    if let Err((step, message)) = run(client, plan).await? {
        return Err(Error::Step { on, step: Box::new(step), message });
    }
    let after = workshop.read_scratch(database).await?;
    let rest = plan::statements(&after, to, &Options::default());
    match rest.steps.into_iter().next() {
        Some(step) => Err(Error::Rest { step: Box::new(step) }),
        None => Ok(()),
    }
}

/// Runs a plan as it would run for real: in one transaction as far as that is possible.
async fn run(
    client: &tokio_postgres::Client,
    plan: &Plan,
) -> Result<Result<(), (Step, String)>, tokio_postgres::Error> {
    let mut open = false;
    for step in &plan.steps {
        if step.transactional != open {
            client.batch_execute(if step.transactional { "BEGIN" } else { "COMMIT" }).await?;
            open = step.transactional;
        }
        if let Err(error) = client.batch_execute(&step.sql).await {
            let Some(refusal) = error.as_db_error() else { return Err(error) };
            let detail = refusal.detail().map(|detail| format!("; {detail}")).unwrap_or_default();
            return Ok(Err((
                step.clone(),
                format!("{}{detail} ({})", refusal.message(), refusal.code().code()),
            )));
        }
    }
    if open {
        client.batch_execute("COMMIT").await?;
    }
    Ok(Ok(()))
}
