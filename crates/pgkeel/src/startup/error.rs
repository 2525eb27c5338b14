//! Why an application must not start.

use std::time::Duration;

use super::Ready;
use crate::error::Error;

/// Why an application must not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartupError {
    /// The database answers, and is not what this build needs.
    #[error("{0}")]
    NotReady(Box<Ready>),
    /// The database took too long.
    #[error("the database did not answer within {} s", .waited.as_secs())]
    TooSlow {
        /// How long was waited.
        waited: Duration,
    },
    /// The database cannot be reached, or a migration failed.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<crate::database::Error> for StartupError {
    fn from(error: crate::database::Error) -> Self {
        Self::Failed(Error::Database(error))
    }
}
