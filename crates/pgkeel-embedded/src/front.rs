//! What clients connect to. The engine alone would leave a second client waiting for ever without a word, and would
//! stop listening after a client that was killed; the front lets clients take turns and keeps the engine from harm.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::engine::{self, Engine};
use crate::error::EmbeddedError;
use crate::greeting::{self, Greeting};
use crate::relay::{Handlers, relay};
use crate::socket::{Address, Listener, Socket};
use crate::turn::{Holder, Place};

/// How long a second connection waits for the first to end before it is refused: longer than a client takes to close
/// one connection and open the next, short enough to be told soon.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a client may take to say what it wants.
const GREETING: Duration = Duration::from_secs(10);
/// How long a stop waits for the statement that runs.
const FAREWELL: Duration = Duration::from_secs(10);

/// The message by which a client ends its session (Terminate).
const GOODBYE: &[u8] = b"X\0\0\0\x04";

/// A listener in its own thread.
pub(crate) struct Front {
    address: Address,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

struct Shared {
    engine: Engine,
    place: Place,
    stopping: AtomicBool,
    /// The client that talks to the engine now, so that a stop can end the conversation.
    current: Mutex<Option<Socket>>,
}

impl Front {
    /// Starts to serve `engine` at `address`.
    pub(crate) fn start(engine: Engine, address: &Address) -> Result<Self, EmbeddedError> {
        let failed = |source| EmbeddedError::Engine { reason: format!("cannot listen: {source}") };
        let (listener, address) = Listener::bind(address).map_err(failed)?;
        let shared = Arc::new(Shared {
            engine,
            place: Place::default(),
            stopping: AtomicBool::new(false),
            current: Mutex::new(None),
        });
        let serving = Arc::clone(&shared);
        let acceptor = thread::Builder::new()
            .name("pgkeel-embedded".to_owned())
            .spawn(move || accept(&listener, &serving))
            .map_err(failed)?;
        Ok(Self { address, shared, acceptor: Some(acceptor) })
    }

    /// Where clients connect.
    pub(crate) fn address(&self) -> &Address {
        &self.address
    }

    /// Ends the open connection (its unfinished transaction is rolled back), then the engine. Says whether there
    /// was something to stop: the second time there is not.
    pub(crate) fn stop(&mut self) -> Result<bool, EmbeddedError> {
        let Some(acceptor) = self.acceptor.take() else { return Ok(false) };
        self.shared.stopping.store(true, Ordering::SeqCst);
        // A connection wakes the acceptor, which then sees that it has to end.
        drop(self.address.connect());
        let _ = acceptor.join();
        if let Some(client) = self.shared.current.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            client.close(Shutdown::Both);
        }
        if self.shared.place.wait_until_free(FAREWELL) {
            self.shared.engine.stop().map(|()| true)
        } else {
            self.shared.engine.abandon();
            Err(EmbeddedError::StillRunning)
        }
    }
}

fn accept(listener: &Listener, shared: &Arc<Shared>) {
    while let Ok(client) = listener.accept() {
        if shared.stopping.load(Ordering::SeqCst) {
            return;
        }
        let shared = Arc::clone(shared);
        // Without a thread the client is dropped, which closes its connection; the others go on.
        let _ = thread::Builder::new().name("pgkeel-embedded-client".to_owned()).spawn(move || {
            // Every error here ends one connection; the client sees it close.
            let _ = serve(client, &shared);
        });
    }
}

fn serve(mut client: Socket, shared: &Shared) -> std::io::Result<()> {
    client.patience(Some(GREETING))?;
    let Greeting::Session { packet, application } = greeting::read(&mut client)? else {
        // A statement cannot be interrupted inside the engine; PostgreSQL answers a cancel request with nothing too.
        return Ok(());
    };
    client.patience(None)?;
    let _turn = match shared.place.take(application, PATIENCE) {
        Ok(turn) => turn,
        Err(holder) => return client.write_all(&busy(&holder)),
    };
    *shared.current.lock().unwrap_or_else(PoisonError::into_inner) = Some(client.again()?);
    // A stop either sees `current`, or is seen here.
    if shared.stopping.load(Ordering::SeqCst) {
        return Ok(());
    }
    let conversation = match shared.engine.connect() {
        Ok(backend) => converse(&mut client, backend, &packet, &shared.engine),
        Err(error) => client.write_all(&engine::refusal(&error)),
    };
    shared.current.lock().unwrap_or_else(PoisonError::into_inner).take();
    conversation
}

/// Carries bytes both ways until the backend has ended, whatever happens to the client: only then is the place free.
fn converse(
    client: &mut Socket,
    mut backend: Socket,
    greeting: &[u8],
    engine: &Engine,
) -> std::io::Result<()> {
    backend.write_all(greeting)?;
    let (mut from, mut to) = (client.again()?, backend.again()?);
    let (left, handlers) = (Arc::new(AtomicBool::new(false)), Arc::new(Handlers::default()));
    let (leaving, looking) = (Arc::clone(&left), Arc::clone(&handlers));
    let upstream = thread::Builder::new().name("pgkeel-embedded-upstream".to_owned()).spawn(move || {
        carry(&mut from, &mut to, |bytes| {
            looking.look(bytes);
            if bytes.ends_with(GOODBYE) {
                leaving.store(true, Ordering::SeqCst);
            }
        });
        leaving.store(true, Ordering::SeqCst);
        // The backend rolls back and ends when its client's side is closed.
        to.close(Shutdown::Write);
    })?;
    if let Ok(verdict) = greeting::verdict(&mut backend) {
        // A client that is refused goes by itself, one that has gone is noticed below.
        let refused = verdict.first() == Some(&b'E');
        let _ = client.write_all(&verdict);
        let stuck = relay(&mut backend, client, &handlers).unwrap_or(false);
        if stuck {
            client.close(Shutdown::Both);
        }
        left.fetch_or(refused || stuck, Ordering::SeqCst);
    }
    // After a client that has gone the backend may still have something to say; reading it lets it end in order.
    let _ = std::io::copy(&mut backend, &mut std::io::sink());
    if !left.load(Ordering::SeqCst) {
        let _ = client.write_all(&engine::broken_off(&engine.health()));
    }
    client.close(Shutdown::Both);
    let _ = upstream.join();
    Ok(())
}

/// Copies until either side ends, showing what passes.
fn carry(from: &mut Socket, to: &mut Socket, mut show: impl FnMut(&[u8])) {
    let mut buffer = vec![0_u8; 64 * 1024];
    while let Ok(count) = from.read(&mut buffer) {
        let Some(bytes) = buffer.get(..count).filter(|bytes| !bytes.is_empty()) else { return };
        show(bytes);
        if to.write_all(bytes).is_err() {
            return;
        }
    }
}

/// The refusal of a second connection: PostgreSQL's "too_many_connections".
fn busy(holder: &Holder) -> Vec<u8> {
    let who = holder.application.as_deref().map_or_else(String::new, |name| format!(" by {name:?}"));
    greeting::fatal(
        "53300",
        "the embedded PostgreSQL serves one connection at a time, and it is taken",
        &format!("It has been held{who} for {} s.", holder.since.elapsed().as_secs()),
        "Close the other connection, or use a PostgreSQL server: --database postgres://...",
    )
}
