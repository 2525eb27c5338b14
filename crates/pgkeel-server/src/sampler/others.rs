//! The project's other environments: what each has of the migrations.

use std::time::Duration;

use futures_util::future::join_all;
use pgkeel::database::{ReadOnly, Target};
use pgkeel::health::{self, Subject};
use pgkeel_core::health::{Report, Verdict};

/// The longest that looking at one of them may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// An environment that is looked at beside the server's own.
#[derive(Debug, Clone)]
pub struct Environment {
    /// Its name in pgkeel.toml.
    pub name: String,
    /// Its database.
    pub target: Target,
    /// What it should be.
    pub subject: Subject,
}

/// How it stands.
#[derive(Debug, Clone)]
pub struct Other {
    /// Its name.
    pub name: String,
    /// The verdict.
    pub verdict: Verdict,
    /// What was seen; without migrations when its database did not answer.
    pub report: Report,
}

/// Looks at all of them at once.
pub(super) async fn look(environments: &[Environment]) -> Vec<Other> {
    join_all(environments.iter().map(one)).await
}

async fn one(environment: &Environment) -> Other {
    let Environment { name, target, subject } = environment;
    let looking = async {
        let mut options = health::options();
        options.timeout = PATIENCE;
        let session = ReadOnly::open(target, &options).await?;
        let report = health::look(&session, subject, &[]).await;
        session.close().await;
        report
    };
    let report = match tokio::time::timeout(PATIENCE, looking).await {
        Ok(Ok(report)) => report,
        Ok(Err(error)) => {
            tracing::debug!(environment = name, %error, "another environment could not be looked at");
            health::unreachable(&error)
        }
        Err(_) => {
            Report { unreachable: Some(pgkeel_core::health::Reason::DbUnreachable), ..Report::default() }
        }
    };
    Other { name: name.clone(), verdict: subject.verdict(&report), report }
}
