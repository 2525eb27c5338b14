//! The WebAssembly engine behind the front: started, found dead and started again, stopped.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use pglite_oxide::{PgliteServer, PgliteServerBuilder};

use crate::error::EmbeddedError;
use crate::socket::{Address, Socket};
use crate::space;

/// The role every session has: PostgreSQL's superuser.
pub(crate) const USER: &str = "postgres";
/// The database that clients are sent to; the engine's own default would be `template1`.
pub(crate) const DATABASE: &str = "postgres";

/// The engine of one data folder.
pub(crate) struct Engine {
    builder: PgliteServerBuilder,
    data: PathBuf,
    server: Mutex<Option<Running>>,
}

struct Running {
    server: PgliteServer,
    address: Address,
}

impl Engine {
    /// Prepares the cluster in `data` and starts to listen in `sockets`. A kept engine syncs to disk as a server does.
    pub(crate) fn start(data: &Path, sockets: &Path, kept: bool) -> Result<Self, EmbeddedError> {
        let builder = PgliteServer::builder()
            .path(data)
            .username(USER)
            .database(DATABASE)
            // pglite-oxide's default is `public` alone. (Its fsync is off and has to be: with it on, the engine panics
            // where PostgreSQL syncs a folder, which its file system cannot.)
            .postgres_config("search_path", "\"$user\", public")
            .relaxed_durability(!kept);
        let builder = match Address::in_folder(sockets) {
            #[cfg(unix)]
            Address::Unix(path) => builder.unix(path),
            Address::Tcp(address) => builder.tcp(address),
        };
        let engine = Self { builder, data: data.to_path_buf(), server: Mutex::new(None) };
        let running = engine.launch()?;
        *engine.server.lock().unwrap_or_else(PoisonError::into_inner) = Some(running);
        Ok(engine)
    }

    fn launch(&self) -> Result<Running, EmbeddedError> {
        let server =
            self.builder.clone().start().map_err(|error| EmbeddedError::engine(&self.data, &error))?;
        let tcp = server.tcp_addr().map(Address::Tcp);
        #[cfg(unix)]
        let address = tcp.or_else(|| server.socket_path().map(|path| Address::Unix(path.to_path_buf())));
        #[cfg(not(unix))]
        let address = tcp;
        let address =
            address.ok_or_else(|| EmbeddedError::Engine { reason: "it listens nowhere".to_owned() })?;
        Ok(Running { server, address })
    }

    /// A stream to a fresh backend. The engine's listener ends with the first connection that fails in a way it does
    /// not expect, so one that no longer answers is started again.
    pub(crate) fn connect(&self) -> Result<Socket, EmbeddedError> {
        let mut place = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = place.as_ref()
            && let Ok(socket) = running.address.connect()
        {
            return Ok(socket);
        }
        // Dropped first: the old one holds the engine's own lock on the folder.
        *place = None;
        let running = self.launch()?;
        let socket = running.address.connect().map_err(|source| EmbeddedError::io(&self.data, source));
        *place = Some(running);
        socket
    }

    /// What stands in the way of the engine's work.
    pub(crate) fn health(&self) -> Result<(), EmbeddedError> {
        space::for_database(&self.data)
    }

    /// Stops the engine; to be called when no backend runs, for it waits until the last one ends.
    pub(crate) fn stop(&self) -> Result<(), EmbeddedError> {
        match self.server.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(running) => {
                running.server.shutdown().map_err(|error| EmbeddedError::engine(&self.data, &error))
            }
            None => Ok(()),
        }
    }

    /// Gives up an engine whose backend does not end: waiting for it could last for ever.
    pub(crate) fn abandon(&self) {
        if let Some(running) = self.server.lock().unwrap_or_else(PoisonError::into_inner).take() {
            std::mem::forget(running);
        }
    }
}

/// The words for a client whose backend has ended without being asked to.
pub(crate) fn broken_off(health: &Result<(), EmbeddedError>) -> Vec<u8> {
    let message = "the embedded PostgreSQL broke off; what was not committed is rolled back";
    match health {
        Err(cause @ EmbeddedError::DiskFull { .. }) => {
            crate::greeting::fatal("53100", message, &cause.to_string(), "")
        }
        Err(cause) => crate::greeting::fatal("58030", message, &cause.to_string(), ""),
        Ok(()) => {
            crate::greeting::fatal("57P02", message, "", "Connect again: the next session starts it anew.")
        }
    }
}

/// The words of `error` for a client that cannot be served.
pub(crate) fn refusal(error: &EmbeddedError) -> Vec<u8> {
    crate::greeting::fatal("58000", &error.to_string(), "", "")
}
