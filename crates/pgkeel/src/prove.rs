//! Proof: a plan is applied to a scratch database that holds the schema it starts from, and what comes out is compared
//! with the schema it should lead to.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use pgkeel_core::object::Site;
use pgkeel_core::plan::{self, Options, Plan, Step};
use pgkeel_core::schema::{Id, Schema};

use crate::introspect;
use crate::scratch::{self, Database, refusal, said};
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
    #[error("the scratch database: {}", said(.0))]
    Connection(#[from] tokio_postgres::Error),
    /// The scratch server cannot hold a schema.
    #[error(
        "not proven: {on} cannot hold the {which} schema, of which it refuses {cause}: {sql}\n    {message}\n    name a server that has what is missing with --scratch-url"
    )]
    Start {
        /// What was used.
        on: String,
        /// `present` or `wanted`.
        which: &'static str,
        /// The object that it cannot hold.
        cause: String,
        /// What it refused.
        sql: String,
        /// Why.
        message: String,
    },
    /// The scratch server is of another version than the plan is for, and does not do the same with it.
    #[error(
        "not proven: the plan is for PostgreSQL {wanted}, and {} is another version: {}\n    {}\n    name a server of \
         PostgreSQL {wanted} with --scratch-url",
        found.on, found.what, found.statement
    )]
    OtherVersion {
        /// The major version that the plan is for.
        wanted: u32,
        /// What would be a counterexample on a server of that version.
        found: Box<Counterexample>,
    },
    /// The plan does not do what it should: a mistake of pgkeel's, as a report of it.
    #[error("{0}")]
    Counterexample(Box<Counterexample>),
}

/// What a plan that is wrong comes down to: one statement, and what it is about on both sides. Secrets are `***` in it.
#[derive(Debug)]
pub struct Counterexample {
    /// What it was tried on.
    pub on: String,
    /// What went wrong, in a sentence.
    pub what: String,
    /// The object.
    pub cause: String,
    /// The statement that is refused, or the one that is still to be done after the plan.
    pub statement: String,
    /// The object's definition in the present schema; empty when it is not there.
    pub from: String,
    /// The same in the wanted schema.
    pub to: String,
}

impl fmt::Display for Counterexample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let block = |text: &str| {
            if text.is_empty() {
                "    (nothing)".to_owned()
            } else {
                format!("    {}", text.replace('\n', "\n    "))
            }
        };
        write!(
            f,
            "the plan is wrong, which is a mistake of pgkeel's; nothing was done. Please report this:\n\n\
             pgkeel {} on {}: {}\nfor: {}\n{}\nin the present schema:\n{}\nin the wanted schema:\n{}",
            env!("CARGO_PKG_VERSION"),
            self.on,
            self.what,
            self.cause,
            block(&self.statement),
            block(&self.from),
            block(&self.to)
        )
    }
}

/// Proves that `plan` turns a database of schema `from` into one of schema `to`.
///
/// # Errors
/// A counterexample, or why there is no scratch database to look for one on.
pub async fn prove(plan: Plan, from: &Schema, to: &Schema, workshop: &Workshop) -> Result<Proven, Error> {
    let server = workshop.server().await?;
    let database = server.database().await?;
    let tried_on = version(&database).await?;
    let report = |step: &Step, what: String| {
        let found = Box::new(Counterexample {
            on: server.name().to_owned(),
            what,
            cause: step.cause.clone(),
            statement: step.shown().to_owned(),
            from: definition(from, &step.cause),
            to: definition(to, &step.cause),
        });
        let wanted = from.version / 10_000;
        if from.version != 0 && tried_on / 10_000 != wanted {
            return Error::OtherVersion { wanted, found };
        }
        Error::Counterexample(found)
    };
    let after = on_scratch(&database, from, to, "present", Some(&plan), workshop, server.name()).await;
    database.close().await;
    let after = match after? {
        Ok(after) => after,
        Err((step, message)) => return Err(report(&step, message)),
    };
    let major = |schema: &Schema| schema.version / 10_000;
    let same = major(&after) == major(to) && major(from) == major(to);
    let rest = if same || to.version == 0 {
        plan::statements(&after, to, &Options::default())
    } else {
        // Versions write definitions differently, so what is wanted is written by the same version.
        let database = server.database().await?;
        let wanted = on_scratch(&database, to, from, "wanted", None, workshop, server.name()).await;
        database.close().await;
        match wanted? {
            Ok(wanted) => plan::statements(&after, &wanted, &Options::default()),
            Err((step, message)) => return Err(report(&step, message)),
        }
    };
    match rest.steps.first() {
        Some(step) => Err(report(step, "after the plan, this is still to be done".to_owned())),
        None => Ok(Proven { plan, on: server.name().to_owned() }),
    }
}

/// The objects of a schema that the scratch server cannot hold, with what it says of each: those of a later version, or of
/// an extension that it has not. What only fails because of them is among them.
///
/// # Errors
/// There is no scratch database, or it broke.
pub async fn beyond(schema: &Schema, workshop: &Workshop) -> Result<BTreeMap<Id, String>, Error> {
    let database = workshop.server().await?.database().await?;
    let found = refused(&database, schema, workshop).await;
    database.close().await;
    found
}

async fn refused(
    database: &Database,
    schema: &Schema,
    workshop: &Workshop,
) -> Result<BTreeMap<Id, String>, Error> {
    let client = database.session().client();
    for role in roles(schema) {
        database.make_role(&role).await?;
    }
    client.batch_execute("SET check_function_bodies = off; SET client_min_messages = error").await?;
    let empty = workshop.read_scratch(database).await?;
    let mut found = BTreeMap::new();
    for step in plan::statements(&empty, schema, &Options::default()).steps {
        let Err(error) = client.batch_execute(&step.sql).await else { continue };
        let Some(refusal) = error.as_db_error() else { return Err(error.into()) };
        if let Ok(id) = step.cause.parse::<Id>() {
            found.entry(id).or_insert_with(|| refusal.message().to_owned());
        }
    }
    Ok(found)
}

/// `server_version_num` of the scratch server.
///
/// # Errors
/// There is no scratch database, or it broke.
pub async fn version_of_scratch(workshop: &Workshop) -> Result<u32, Error> {
    let database = workshop.server().await?.database().await?;
    let version = version(&database).await;
    database.close().await;
    Ok(version?)
}

/// The same of a scratch database.
async fn version(database: &Database) -> Result<u32, tokio_postgres::Error> {
    let sql = "SELECT pg_catalog.current_setting('server_version_num')::int";
    let row = database.session().client().query_typed_one(sql, &[]).await?;
    Ok(u32::try_from(row.try_get::<_, i32>(0)?).unwrap_or_default())
}

/// What an object is in a schema, as the SQL that makes it alone.
fn definition(schema: &Schema, cause: &str) -> String {
    let (nothing, none) = (Schema::default(), BTreeSet::new());
    let site = Site { old: &nothing, new: schema, inline: &none, created: &none, apart: &none };
    let Some(body) = cause.parse::<Id>().ok().and_then(|id| schema.body(&id).cloned()) else {
        return String::new();
    };
    let steps = body.create(&site);
    steps.iter().map(|step| format!("{};", step.shown())).collect::<Vec<_>>().join("\n")
}

/// Makes a schema, runs a plan, and reads what came out.
async fn on_scratch(
    database: &Database,
    schema: &Schema,
    other: &Schema,
    which: &'static str,
    plan: Option<&Plan>,
    workshop: &Workshop,
    on: &str,
) -> Result<Result<Schema, (Step, String)>, Error> {
    let client = database.session().client();
    for role in roles(schema).union(&roles(other)) {
        database.make_role(role).await?;
    }
    client.batch_execute("SET check_function_bodies = off; SET client_min_messages = error").await?;
    let empty = workshop.read_scratch(database).await?;
    let making = plan::statements(&empty, schema, &Options::default());
    if let Err((step, message)) = run(client, &making).await? {
        let (sql, cause) = (step.shown().to_owned(), step.cause.clone());
        return Err(Error::Start { on: on.to_owned(), which, cause, sql, message });
    }
    if let Some(plan) = plan
        && let Err((step, message)) = run(client, plan).await?
    {
        return Ok(Err((step, format!("PostgreSQL refuses: {message}"))));
    }
    Ok(Ok(workshop.read_scratch(database).await?))
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
            let Some(message) = refusal(&error) else { return Err(error) };
            return Ok(Err((step.clone(), message)));
        }
    }
    if open {
        client.batch_execute("COMMIT").await?;
    }
    Ok(Ok(()))
}
