//! Why an application must not start.

use std::time::Duration;

use super::Ready;
use crate::error::Error;

/// Why an application must not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartupError {
    /// The database answers, and is not what this build needs.
    #[error("{}", told(.0))]
    NotReady(Box<Ready>),
    /// The database accepted the connection and then took too long.
    #[error("{database} did not answer within {} s", .waited.as_secs_f64().round())]
    TooSlow {
        /// How long was waited.
        waited: Duration,
        /// Its address, without secrets.
        database: String,
    },
    /// The database cannot be reached, or a migration failed.
    #[error(transparent)]
    Failed(#[from] Error),
}

fn told(ready: &Ready) -> String {
    let lines = std::iter::once(ready.to_string()).chain(ready.advice());
    lines.collect::<Vec<_>>().join("\n")
}

impl StartupError {
    /// What to do about it, when the message does not say so.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::NotReady(_) => None,
            Self::TooSlow { .. } => Some(
                "it accepts connections: look whether it hangs, or is locked (pg_stat_activity); --wait SECONDS, or the \
                 library's deadline, waits longer"
                    .to_owned(),
            ),
            Self::Failed(error) => error.help(),
        }
    }
}

impl From<crate::database::Error> for StartupError {
    fn from(error: crate::database::Error) -> Self {
        Self::Failed(Error::Database(error))
    }
}
