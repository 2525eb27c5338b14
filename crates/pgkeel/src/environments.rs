//! How the environments of a project stand beside one another: version, pending migrations, fingerprint, drift.

use pgkeel_core::finding::Finding;
use pgkeel_core::guard::Mode;
use pgkeel_core::history::Outcome;
use pgkeel_core::migration::Version;
use pgkeel_core::schema::Schema;

use crate::database::ReadOnly;
use crate::drift::DriftJob;
use crate::error::Error;
use crate::guard;
use crate::source::Source;
use crate::status::{Situation, Status};

/// One environment's database.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The server's version, as it says it: `16.4`.
    pub server_version: String,
    /// What history and objects mean together.
    pub situation: Situation,
    /// The newest migration that is applied.
    pub version: Option<Version>,
    /// How many are applied.
    pub applied: usize,
    /// Those that are not, in order.
    pub pending: Vec<Version>,
    /// Whether everything is applied, unchanged and there.
    pub at_head: bool,
    /// One text for the schema, the same for equal schemas.
    pub fingerprint: String,
    /// What differs from what the applied migrations make.
    pub drift: Drift,
    /// What the guard does, where there is one that this role may read.
    pub guard: Option<Mode>,
}

/// What is known about drift.
#[derive(Debug, Clone)]
pub enum Drift {
    /// These differences; none means none.
    Known(Vec<Finding>),
    /// It could not be found out, and why.
    Unknown(String),
    /// Nobody asked.
    NotAsked,
}

/// Looks at one environment, and changes nothing.
///
/// # Errors
/// The database cannot be reached or read.
pub async fn look(job: &DriftJob<'_>, with_drift: bool) -> Result<Environment, Error> {
    let session = ReadOnly::open(job.target, &job.connect).await?;
    let server_version = session.reported("server_version").unwrap_or_default().to_owned();
    let status = Status::read(&session, job.store, job.migrations).await?;
    let guard = guard::read(&session, job.store).await?.map(|guard| guard.mode);
    session.close().await;
    let (schema, drift) = schema(job, with_drift && status.history.exists).await?;
    let standings = status.standings(job.migrations);
    let done = |outcome| matches!(outcome, Outcome::Applied | Outcome::Stamped);
    let applied: Vec<&Version> = status
        .history
        .entries
        .iter()
        .filter(|entry| done(entry.outcome))
        .map(|entry| &entry.version)
        .collect();
    Ok(Environment {
        server_version,
        situation: status.situation(job.migrations),
        version: applied.iter().max().map(|version| (*version).clone()),
        applied: applied.len(),
        pending: standings
            .iter()
            .filter(|standing| standing.is_pending())
            .filter_map(|standing| standing.version().cloned())
            .collect(),
        at_head: status.at_head(job.migrations),
        fingerprint: schema.fingerprint(),
        drift: if with_drift && !status.history.exists {
            Drift::Unknown("it has no history of pgkeel".to_owned())
        } else {
            drift
        },
        guard,
    })
}

/// The live schema, and its drift when that is wanted and can be found out.
async fn schema(job: &DriftJob<'_>, with_drift: bool) -> Result<(Schema, Drift), Error> {
    if with_drift {
        match job.look().await {
            Ok(found) => return Ok((found.live, Drift::Known(found.findings))),
            Err(error @ (Error::Database(_) | Error::Server { .. })) => return Err(error),
            Err(error) => return Ok((live(job).await?, Drift::Unknown(error.to_string()))),
        }
    }
    Ok((live(job).await?, Drift::NotAsked))
}

/// The live schema, in which what belongs to the role that looks belongs to nobody in particular: environments are
/// looked at by different roles.
async fn live(job: &DriftJob<'_>) -> Result<Schema, Error> {
    let database = Source::Database(Box::new(job.target.clone()));
    let loaded = database.load(job.workshop).await.map_err(Box::new)?;
    let mut schema = loaded.schema;
    for object in schema.objects.values_mut() {
        if object.attributes.owner == loaded.role {
            object.attributes.owner = None;
        }
    }
    Ok(schema)
}
