//! The embedded engine as pgkeel's library asks for it.

use std::path::Path;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use pgkeel::database::{Error, Provider, Running};

use crate::server::EmbeddedServer;

/// Starts embedded servers for `embedded:` and `embedded:DIR`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Embedded;

impl Provider for Embedded {
    fn start<'a>(&'a self, folder: Option<&'a Path>) -> BoxFuture<'a, Result<Box<dyn Running>, Error>> {
        let folder = folder.map(Path::to_path_buf);
        async move {
            // Unpacking and preparing block for a part of a second.
            let started = tokio::task::spawn_blocking(move || EmbeddedServer::start(folder.as_deref())).await;
            match started {
                Ok(Ok(server)) => Ok(Box::new(server) as Box<dyn Running>),
                Ok(Err(error)) => Err(Error::Embedded(error.to_string())),
                Err(panic) => Err(Error::Embedded(format!("the embedded PostgreSQL did not start: {panic}"))),
            }
        }
        .boxed()
    }
}

impl Running for EmbeddedServer {
    fn url(&self) -> &str {
        EmbeddedServer::url(self)
    }

    fn notes(&self) -> &[String] {
        EmbeddedServer::notes(self)
    }
}
