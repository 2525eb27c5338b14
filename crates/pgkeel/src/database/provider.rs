//! What an embedded engine must offer. The library only knows this trait, so that an application which embeds it
//! never compiles an engine by surprise.

use super::Error;
use futures_util::future::BoxFuture;
use std::path::Path;

/// Starts servers inside this process.
pub trait Provider: Send + Sync {
    /// Starts one: kept in `folder`, or thrown away when there is none.
    fn start<'a>(&'a self, folder: Option<&'a Path>) -> BoxFuture<'a, Result<Box<dyn Running>, Error>>;
}

/// A server that runs until this value is dropped.
pub trait Running: Send + Sync {
    /// Its address, as `--database` would take it.
    fn url(&self) -> &str;

    /// What the user should know about it, one sentence each: its version, stand-ins for extensions.
    fn notes(&self) -> &[String];
}
