//! `sync`: one database brought to another's schema by a plan that was proven first.

use crate::apply::RunOptions;
use crate::apply::plan::{self as executor, Allowed};
use crate::database::{ConnectOptions, Target, connect};
use crate::lock;
use crate::prove::Proven;
use crate::store::Store;

/// Why it did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database cannot be reached.
    #[error(transparent)]
    Connect(#[from] crate::database::Error),
    /// Another run works on it.
    #[error(transparent)]
    Locked(#[from] Box<crate::error::Error>),
    /// The plan was refused, or a step of it.
    #[error(transparent)]
    Run(#[from] executor::Error),
}

/// Runs a proven plan on the database it was made for.
///
/// # Errors
/// See [`Error`].
pub async fn apply(
    target: &Target,
    store: &Store,
    proven: &Proven,
    allowed: &Allowed,
    options: &RunOptions,
) -> Result<(), Error> {
    let session = connect(target, &ConnectOptions::default()).await?;
    let locked =
        lock::acquire(session, store, std::time::Duration::from_secs(30), &|_| {}).await.map_err(Box::new)?;
    let result = executor::run(&locked, store, proven.plan(), allowed, "sync", options).await;
    locked.release().await;
    Ok(result?)
}
